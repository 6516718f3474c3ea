// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What hides a client's bytes from caches on the way (RFC 6455 §5.3). Immutable. */
final class Masking {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Masking() {}

  /** Masks, or unmasks, in place. */
  static void apply(int mask, byte[] bytes, int from, int to) {
    long both = (mask & 0xffff_ffffL) << 32 | mask & 0xffff_ffffL;
    int at = from;
    for (; to - at >= Long.BYTES; at += Long.BYTES) {
      LONG.set(bytes, at, (long) LONG.get(bytes, at) ^ both);
    }
    for (int shift = 24; at < to; at++, shift -= 8) {
      bytes[at] ^= (byte) (mask >> (shift & 31));
    }
  }

  /** The same in a big-endian buffer, from an index to the buffer's position. */
  static void apply(int mask, ByteBuffer bytes, int from) {
    long both = (mask & 0xffff_ffffL) << 32 | mask & 0xffff_ffffL;
    int to = bytes.position();
    int at = from;
    for (; to - at >= Long.BYTES; at += Long.BYTES) {
      bytes.putLong(at, bytes.getLong(at) ^ both);
    }
    for (int shift = 24; at < to; at++, shift -= 8) {
      bytes.put(at, (byte) (bytes.get(at) ^ mask >> (shift & 31)));
    }
  }
}
