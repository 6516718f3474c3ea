// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that wait to be written to a connection.
 *
 * <p>Owned by one loop.
 */
final class WriteQueue {
  private final ArrayDeque<byte[]> messages = new ArrayDeque<>(4);
  private int headWritten;
  private long bytes;

  boolean isEmpty() {
    return messages.isEmpty();
  }

  /** Bytes not yet written. */
  long bytes() {
    return bytes;
  }

  /** Appends a message, which the queue then owns. */
  void add(byte[] message) {
    messages.add(message);
    bytes += message.length;
  }

  /** Copies as much as fits, several messages at once; nothing is taken off. */
  void copyTo(ByteBuffer out) {
    int from = headWritten;
    for (byte[] message : messages) {
      int n = Math.min(out.remaining(), message.length - from);
      out.put(message, from, n);
      from = 0;
      if (!out.hasRemaining()) {
        return;
      }
    }
  }

  /** Takes off what was written; returns how many messages are now written wholly. */
  int written(int count) {
    int whole = 0;
    bytes -= count;
    headWritten += count;
    while (!messages.isEmpty() && headWritten >= messages.getFirst().length) {
      headWritten -= messages.removeFirst().length;
      whole++;
    }
    return whole;
  }

  /** Takes off all messages, also one that is written in part. */
  List<byte[]> drain() {
    List<byte[]> all = new ArrayList<>(messages);
    messages.clear();
    bytes = 0;
    headWritten = 0;
    return all;
  }
}
