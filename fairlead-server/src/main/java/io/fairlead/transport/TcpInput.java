// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.sip.StreamFramer;
import java.util.Arrays;

/**
 * What a connection has received and not yet handed up. Between messages it holds no buffer at all:
 * bytes are cut in the loop's scratch, and only the beginning of an incomplete message is kept.
 *
 * <p>Owned by one loop.
 */
final class TcpInput {
  private static final byte[] NOTHING = {};
  private static final int SMALLEST = 1024;

  private final StreamFramer framer;
  private byte[] kept = NOTHING;
  private int keptCount;
  private byte[] bytes = NOTHING;
  private boolean inScratch;
  private int at;
  private int end;
  private int messageStart;

  TcpInput(int maxMessageSize) {
    framer = new StreamFramer(maxMessageSize);
  }

  /** Takes the first bytes of the scratch's input buffer. */
  void add(Scratch scratch, int count) {
    at = 0;
    end = keptCount + count;
    inScratch = keptCount == 0;
    if (inScratch) {
      bytes = scratch.received;
    } else {
      if (end > kept.length) {
        kept = Arrays.copyOf(kept, Math.max(SMALLEST, Integer.highestOneBit(end - 1) << 1));
      }
      bytes = kept;
    }
    scratch.in.get(0, bytes, keptCount, count);
  }

  /** Goes through what was kept once more. */
  void again() {
    at = 0;
    end = keptCount;
    bytes = kept;
    inScratch = false;
  }

  /** Looks for the next frame. */
  StreamFramer.Frame next() {
    if (at == end) {
      return StreamFramer.Frame.MORE;
    }
    StreamFramer.Frame frame = framer.next(bytes, at, end);
    messageStart = at + framer.start();
    at += framer.consumed();
    return frame;
  }

  /** The array with the message. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the message begins. */
  int messageStart() {
    return messageStart;
  }

  /** Where it ends. */
  int messageEnd() {
    return at;
  }

  /** True when part of a message has arrived. */
  boolean inMessage() {
    return framer.inMessage();
  }

  /** Keeps what is incomplete until more comes; the scratch is free again. */
  void keepRest() {
    keptCount = end - at;
    if (keptCount == 0) {
      kept = NOTHING;
    } else if (!inScratch) {
      System.arraycopy(kept, at, kept, 0, keptCount);
    } else {
      kept = Arrays.copyOfRange(bytes, at, at + Math.max(SMALLEST, keptCount));
    }
    bytes = NOTHING;
  }
}
