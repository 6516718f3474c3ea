// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import io.fairlead.loop.SipHash;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames (RFC 6455 §5): a message is one frame, text when it is UTF-8, else binary (RFC 7118
 * §5).
 *
 * <p>Owned by one loop.
 */
public final class WebSocketFrameWriter {
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final byte[] NOTHING = {};
  private static final int HEADER = 14;

  // A client's masks: nobody may foresee them (RFC 6455 §5.3), so they are a keyed hash.
  private final @Nullable SipHash masks;
  private long count;

  /**
   * @param client true when our frames are a client's, which are masked
   */
  public WebSocketFrameWriter(boolean client) {
    masks = client ? SipHash.random() : null;
  }

  /** Appends a message; the buffer is big-endian and has room for it and 14 bytes. */
  public void message(byte[] bytes, int from, int to, ByteBuffer out) {
    frame(Utf8Validator.valid(bytes, from, to) ? TEXT : BINARY, bytes, from, to, out);
  }

  /** A question for a sign of life. */
  public byte[] ping() {
    return control(PING, NOTHING, 0, 0);
  }

  /** The answer to one. */
  public byte[] pong(byte[] bytes, int from, int to) {
    return control(PONG, bytes, from, to);
  }

  /** The good-bye. */
  public byte[] close(CloseCode code) {
    byte[] reason = {(byte) (code.number() >> 8), (byte) code.number()};
    return control(CLOSE, reason, 0, code.equals(CloseCode.NONE) ? 0 : 2);
  }

  /** A short text message. */
  public byte[] text(byte[] text) {
    return control(TEXT, text, 0, text.length);
  }

  private byte[] control(int opcode, byte[] bytes, int from, int to) {
    ByteBuffer out = ByteBuffer.allocate(HEADER + to - from);
    frame(opcode, bytes, from, to, out);
    byte[] frame = new byte[out.position()];
    out.get(0, frame);
    return frame;
  }

  private void frame(int opcode, byte[] bytes, int from, int to, ByteBuffer out) {
    int length = to - from;
    int masked = masks == null ? 0 : MASKED;
    out.put((byte) (FINAL | opcode));
    if (length < 126) {
      out.put((byte) (masked | length));
    } else if (length <= 0xffff) {
      out.put((byte) (masked | 126)).putShort((short) length);
    } else {
      out.put((byte) (masked | 127)).putLong(length);
    }
    if (masks == null) {
      out.put(bytes, from, length);
      return;
    }
    int mask = nextMask(masks);
    out.putInt(mask);
    int begin = out.position();
    out.put(bytes, from, length);
    Masking.apply(mask, out, begin);
  }

  private int nextMask(SipHash hash) {
    count++;
    byte[] input = new byte[Long.BYTES];
    ByteBuffer.wrap(input).putLong(count);
    return (int) hash.hash(input, 0, input.length);
  }
}
