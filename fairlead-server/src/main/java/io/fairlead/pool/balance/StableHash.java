// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Fixed mixing of bytes and numbers into 64 bits, the same in every process and on every machine:
 * two Fairleads with one configuration send a key to the same backend. Not meant against an
 * attacker who chooses keys.
 */
public final class StableHash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ODD = 0x9E3779B97F4A7C15L;

  private StableHash() {}

  /** Mixes bytes. */
  public static long of(byte[] bytes, int from, int to) {
    long hash = (to - from) * ODD;
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      hash = of(hash ^ (long) LONG.get(bytes, i));
    }
    long rest = 0;
    for (; i < to; i++) {
      rest = rest << Byte.SIZE | (bytes[i] & 0xff);
    }
    return of(hash ^ rest);
  }

  /** Mixes a text. */
  public static long of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return of(bytes, 0, bytes.length);
  }

  /**
   * Mixes a number; every bit of it reaches every bit of the result (the finalizer of
   * SplittableRandom).
   */
  public static long of(long number) {
    long z = number + ODD;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
