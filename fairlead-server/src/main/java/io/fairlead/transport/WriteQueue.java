// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to a connection: the rest of what the socket did not take at once, as it
 * goes over the wire, then messages and the framing's own bytes, not yet encrypted.
 *
 * <p>Owned by one loop.
 */
final class WriteQueue {
  private static final byte[] NOTHING = {};

  /**
   * One that waits. Immutable.
   *
   * @param bytes owned by the queue
   * @param message false for the framing's own bytes
   */
  record Waiting(byte[] bytes, boolean message) {}

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(2);
  private byte[] rest = NOTHING;
  private int restFrom;
  private long bytes;
  // The message whose last bytes are in the rest.
  private @Nullable Waiting begun;

  boolean isEmpty() {
    return waiting.isEmpty() && restFrom == rest.length;
  }

  /** Bytes not yet written. */
  long bytes() {
    return bytes + rest.length - restFrom;
  }

  /** Appends one. */
  void add(Waiting one) {
    waiting.add(one);
    bytes += one.bytes().length;
  }

  /** The next one is being written. */
  @Nullable Waiting poll() {
    Waiting next = waiting.poll();
    if (next != null) {
      bytes -= next.bytes().length;
    }
    return next;
  }

  /** Bytes that the socket has not taken; they go before all else. */
  boolean hasRest() {
    return restFrom < rest.length;
  }

  /** Copies as much of the rest as fits. */
  void copyRest(ByteBuffer out) {
    out.put(rest, restFrom, Math.min(out.remaining(), rest.length - restFrom));
  }

  /** So much of the rest is written; true when a message is now written wholly. */
  boolean restWritten(int count) {
    restFrom += count;
    if (restFrom < rest.length) {
      return false;
    }
    rest = NOTHING;
    restFrom = 0;
    boolean whole = begun != null && begun.message();
    begun = null;
    return whole;
  }

  /**
   * Keeps what the socket did not take behind the rest there is.
   *
   * @param of what it belongs to, when that is not written wholly
   */
  void keepRest(ByteBuffer left, @Nullable Waiting of) {
    byte[] more = new byte[left.remaining()];
    left.get(more);
    if (hasRest()) {
      int old = rest.length - restFrom;
      byte[] both = Arrays.copyOfRange(rest, restFrom, rest.length + more.length);
      System.arraycopy(more, 0, both, old, more.length);
      rest = both;
    } else {
      rest = more;
    }
    restFrom = 0;
    if (of != null) {
      begun = of;
    }
  }

  /** Takes off all messages, also one that is written in part. */
  List<byte[]> drain() {
    List<byte[]> all = new ArrayList<>();
    if (begun != null && begun.message()) {
      all.add(begun.bytes());
    }
    for (Waiting one : waiting) {
      if (one.message()) {
        all.add(one.bytes());
      }
    }
    waiting.clear();
    bytes = 0;
    rest = NOTHING;
    restFrom = 0;
    begun = null;
    return all;
  }
}
