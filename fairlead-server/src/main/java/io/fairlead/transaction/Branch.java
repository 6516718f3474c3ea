// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;

/**
 * The branch parameter of the Via we write (RFC 3261 §8.1.1.7): the magic cookie, {@code fl}, the
 * transaction's id in 16 hexadecimal digits, the loop detection hash in 8 (RFC 5393 §4.2.1). The
 * id's highest byte is the number of the loop it was minted on; the rest cannot be guessed.
 *
 * <p>Immutable.
 */
public final class Branch {
  /** How long every branch of ours is. */
  static final int LENGTH = 33;

  private static final byte[] PREFIX = "z9hG4bKfl".getBytes(StandardCharsets.US_ASCII);
  private static final int HASH_AT = 25;
  private static final int LOOP_SHIFT = 56;

  private Branch() {}

  /** Appends the branch. */
  public static void write(SipWriter out, long id, int loopHash) {
    out.put(PREFIX).hex(id, 16).hex(loopHash, 8);
  }

  /** The id in the branch, or 0 when it is none of ours. An absent branch (-1, -1) is none. */
  public static long id(byte[] bytes, int from, int to) {
    if (!ours(bytes, from, to)) {
      return 0;
    }
    long hash = hex(bytes, from + HASH_AT, to);
    long high = hex(bytes, from + PREFIX.length, from + PREFIX.length + 8);
    long low = hex(bytes, from + PREFIX.length + 8, from + HASH_AT);
    return hash < 0 || high < 0 || low < 0 ? 0 : high << 32 | low;
  }

  /** The loop detection hash in a branch of ours, else 0. */
  public static int loopHash(byte[] bytes, int from, int to) {
    return id(bytes, from, to) == 0 ? 0 : (int) hex(bytes, from + HASH_AT, to);
  }

  /** The number of the loop that minted the id. */
  public static int loop(long id) {
    return (int) (id >>> LOOP_SHIFT);
  }

  static long id(int loop, long unpredictable) {
    long rest = unpredictable & (1L << LOOP_SHIFT) - 1;
    return (long) loop << LOOP_SHIFT | (rest == 0 ? 1 : rest);
  }

  private static boolean ours(byte[] bytes, int from, int to) {
    if (from < 0 || to - from != LENGTH) {
      return false;
    }
    for (int i = 0; i < PREFIX.length; i++) {
      if (bytes[from + i] != PREFIX[i]) {
        return false;
      }
    }
    return true;
  }

  private static long hex(byte[] bytes, int from, int to) {
    long n = 0;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b >= '0' && b <= '9') {
        n = n << 4 | (b - '0');
      } else if (b >= 'a' && b <= 'f') {
        n = n << 4 | (b - 'a' + 10);
      } else {
        return -1;
      }
    }
    return n;
  }
}
