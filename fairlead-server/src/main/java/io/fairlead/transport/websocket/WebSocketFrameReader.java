// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import java.util.Arrays;

/**
 * Takes frames apart (RFC 6455 §5). Between messages it holds no buffer: a frame is unmasked and
 * read where it lies, and only the beginning of an incomplete frame, or the fragments of an
 * incomplete message, are kept.
 *
 * <p>Owned by one loop.
 */
public final class WebSocketFrameReader {
  /** The longest control frame's payload. */
  static final int LONGEST_CONTROL = 125;

  private static final byte[] NOTHING = {};
  private static final int SMALLEST = 256;
  private static final int FINAL = 0x80;
  private static final int RESERVED = 0x70;
  private static final int MASKED = 0x80;
  private static final int CONTROL = 0x8;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final WebSocketFrameListener listener;
  private final boolean fromClient;
  private final int longest;
  // An incomplete frame as it came.
  private byte[] kept = NOTHING;
  private int keptCount;
  // The fragments of an incomplete message, unmasked.
  private byte[] message = NOTHING;
  private int messageCount;
  private boolean fragmented;
  private byte[] bytes = NOTHING;
  private int at;
  private int end;
  // Of the frame at hand.
  private int opcode;
  private boolean last;
  private int payload;
  private int length;

  /**
   * @param fromClient true when the peer is the client: its frames must be masked, a server's must
   *     not
   * @param longest the longest message accepted
   */
  public WebSocketFrameReader(WebSocketFrameListener listener, boolean fromClient, int longest) {
    this.listener = listener;
    this.fromClient = fromClient;
    this.longest = longest;
  }

  /** True when part of a message or frame has arrived. */
  public boolean inMessage() {
    return fragmented || keptCount > 0;
  }

  /** Bytes have arrived; they are borrowed and may be changed. */
  public void received(byte[] arrived, int from, int to) {
    boolean inKept = keptCount > 0;
    if (inKept) {
      at = 0;
      end = keptCount + to - from;
      if (end > kept.length) {
        kept = Arrays.copyOf(kept, Math.max(SMALLEST, Integer.highestOneBit(end - 1) << 1));
      }
      System.arraycopy(arrived, from, kept, keptCount, to - from);
      bytes = kept;
    } else {
      bytes = arrived;
      at = from;
      end = to;
    }
    while (listener.open() && at < end && frame()) {}
    keepRest(inKept);
  }

  private void keepRest(boolean inKept) {
    keptCount = listener.open() ? end - at : 0;
    if (keptCount == 0) {
      kept = NOTHING;
    } else if (inKept) {
      System.arraycopy(kept, at, kept, 0, keptCount);
    } else {
      kept = Arrays.copyOfRange(bytes, at, at + Math.max(SMALLEST, keptCount));
    }
    if (!listener.open()) {
      message = NOTHING;
      fragmented = false;
    }
    bytes = NOTHING;
  }

  // False when it is not complete, or wrong.
  private boolean frame() {
    if (!begins() || !lengthRead()) {
      return false;
    }
    boolean masked = fromClient;
    if (end - payload < (masked ? 4 : 0)) {
      return false;
    }
    int mask = masked ? number(payload, 4) : 0;
    int from = masked ? payload + 4 : payload;
    if (end - from < length) {
      return false;
    }
    if (mask != 0) {
      Masking.apply(mask, bytes, from, from + length);
    }
    at = from + length;
    take(from, at);
    return true;
  }

  // The first byte.
  private boolean begins() {
    int first = bytes[at] & 0xff;
    opcode = first & 0xf;
    last = (first & FINAL) != 0;
    if ((first & RESERVED) != 0) {
      return violated("reserved bits are set: no extension was agreed");
    }
    return switch (opcode) {
      case CONTINUATION -> fragmented || violated("a continuation of nothing");
      case TEXT, BINARY -> !fragmented || violated("a new message within a fragmented one");
      case CLOSE, PING, PONG -> last || violated("a fragmented control frame");
      default -> violated("unknown opcode " + opcode);
    };
  }

  // The mask bit and the length; sets where what follows them begins.
  private boolean lengthRead() {
    if (end - at < 2) {
      return false;
    }
    int second = bytes[at + 1] & 0xff;
    if ((second & MASKED) != 0 != fromClient) {
      return violated(fromClient ? "a frame without mask" : "a masked frame from a server");
    }
    int small = second & 0x7f;
    if (small > LONGEST_CONTROL && (opcode & CONTROL) != 0) {
      return violated("a control frame of more than 125 bytes");
    }
    int extra = small < 126 ? 0 : small == 126 ? 2 : 8;
    payload = at + 2 + extra;
    if (payload > end) {
      return false;
    }
    if (extra == 8 && number(at + 2, 4) != 0) {
      return tooLong();
    }
    length = extra == 0 ? small : number(payload - Math.min(extra, 4), Math.min(extra, 4));
    if (length < 0) {
      return tooLong();
    }
    if (extra == 2 && length < 126 || extra == 8 && length <= 0xffff) {
      return violated("a length that is not written in the shortest way");
    }
    return (opcode & CONTROL) != 0 || length <= longest - messageCount || tooLong();
  }

  private int number(int from, int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
      number = number << 8 | bytes[from + i] & 0xff;
    }
    return number;
  }

  private void take(int from, int to) {
    switch (opcode) {
      case CLOSE -> close(from, to);
      case PING -> listener.onPing(bytes, from, to);
      case PONG -> listener.onPong();
      default -> {
        if (last && !fragmented) {
          listener.onMessage(bytes, from, to);
        } else {
          fragment(from, to);
        }
      }
    }
  }

  private void fragment(int from, int to) {
    int count = messageCount + to - from;
    if (count > message.length) {
      int size = Math.max(SMALLEST, Integer.highestOneBit(count - 1) << 1);
      message = Arrays.copyOf(message, Math.min(size, Math.max(longest, count)));
    }
    System.arraycopy(bytes, from, message, messageCount, to - from);
    messageCount = count;
    fragmented = !last;
    if (last) {
      byte[] whole = message;
      message = NOTHING;
      messageCount = 0;
      listener.onMessage(whole, 0, count);
    }
  }

  private void close(int from, int to) {
    if (from == to) {
      listener.onClose(CloseCode.NONE);
      return;
    }
    CloseCode code = new CloseCode(to - from == 1 ? 0 : number(from, 2));
    if (!code.maySend()) {
      violated("a close frame with a wrong reason");
    } else if (!Utf8Validator.valid(bytes, from + 2, to)) {
      listener.onViolation(CloseCode.NOT_TEXT, "a close frame whose text is not UTF-8");
    } else {
      listener.onClose(code);
    }
  }

  private boolean tooLong() {
    listener.onViolation(CloseCode.TOO_LONG, "message too long");
    return false;
  }

  private boolean violated(String words) {
    listener.onViolation(CloseCode.PROTOCOL, words);
    return false;
  }
}
