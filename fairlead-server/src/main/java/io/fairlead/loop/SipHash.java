// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * The keyed hash SipHash-2-4 (Aumasson and Bernstein, 2012): an outsider who does not know the key
 * cannot choose inputs that collide.
 *
 * <p>Immutable.
 */
public final class SipHash {
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long k0;
  private final long k1;

  /**
   * @param k0 the key's first eight bytes, little-endian
   * @param k1 the key's last eight bytes, little-endian
   */
  public SipHash(long k0, long k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  /** A hash with a key that nobody knows. */
  public static SipHash random() {
    SecureRandom random = new SecureRandom();
    return new SipHash(random.nextLong(), random.nextLong());
  }

  /** The hash of {@code bytes[from, to)}. */
  public long hash(byte[] bytes, int from, int to) {
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L;
    int words = (to - from) >> 3;
    // One pass per word of the input, one for the tail, two of finalisation written as passes
    // without input.
    for (int pass = 0; pass <= words + 2; pass++) {
      boolean input = pass <= words;
      long word =
          !input
              ? 0
              : pass < words
                  ? (long) LITTLE_ENDIAN.get(bytes, from + (pass << 3))
                  : tail(bytes, from, to);
      if (pass == words + 1) {
        v2 ^= 0xff;
      }
      v3 ^= word;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private static long tail(byte[] bytes, int from, int to) {
    long word = (long) (to - from) << 56;
    int start = to - ((to - from) & 7);
    for (int i = start; i < to; i++) {
      word |= (bytes[i] & 0xffL) << (8 * (i - start));
    }
    return word;
  }
}
