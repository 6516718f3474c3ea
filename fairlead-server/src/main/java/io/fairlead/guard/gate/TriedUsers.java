// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;

/**
 * About how many users each source has tried lately: for each a window of time and 64 bits, of
 * which every user sets one by a keyed hash (linear counting). Of fixed size; in a full set the
 * window that is oldest goes, with which a scanner is forgotten and nobody else harmed.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class TriedUsers {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int WAYS = 4;
  private static final int SETS = 1024;
  private static final int PRINT_BITS = 24;
  private static final int UNIT_BITS = 16;
  private static final long TIME = (1L << 64 - PRINT_BITS) - 1;
  private static final int BITS = 64;

  // Of each source two numbers: when its window began and who it is, and its bits.
  private final long[] cells = new long[SETS * WAYS * 2];
  private final long seed = new SplittableRandom().nextLong();

  /**
   * A source tries a user.
   *
   * @param user a hash of the user
   * @return how many bits are set, of which {@link #bits} says what they mean
   */
  int tried(long source, long user, long nowNs, long windowNs) {
    return tried(source, user, nowNs, windowNs, 0);
  }

  /**
   * The same where the first moments say nothing.
   *
   * @param silentNs so long after the window began the answer is 0
   */
  int tried(long source, long user, long nowNs, long windowNs, long silentNs) {
    long now = nowNs >>> UNIT_BITS & TIME;
    int at = at(source, now, windowNs >>> UNIT_BITS);
    long bit = 1L << (mix(user ^ seed) & BITS - 1);
    long bits = (long) CELL.getOpaque(cells, at + 1) | bit;
    CELL.setOpaque(cells, at + 1, bits);
    long age = now - ((long) CELL.getOpaque(cells, at) >>> PRINT_BITS) & TIME;
    return age < silentNs >>> UNIT_BITS ? 0 : Long.bitCount(bits);
  }

  /** A source is no scanner, whatever it has tried. */
  void clear(long source) {
    long hash = mix(source ^ seed);
    int first = first(hash);
    for (int at = first; at < first + WAYS * 2; at += 2) {
      if (print((long) CELL.getOpaque(cells, at)) == print(hash)) {
        CELL.setOpaque(cells, at + 1, 0L);
      }
    }
  }

  /** How many bits so many users set, on average. */
  static int bits(int users) {
    return (int) Math.round(BITS * (1 - Math.pow(1 - 1.0 / BITS, users)));
  }

  private int at(long source, long now, long window) {
    long hash = mix(source ^ seed);
    int first = first(hash);
    int oldest = first;
    for (int at = first; at < first + WAYS * 2; at += 2) {
      long cell = (long) CELL.getOpaque(cells, at);
      if (cell != 0 && print(cell) == print(hash)) {
        if ((now - (cell >>> PRINT_BITS) & TIME) < window) {
          return at;
        }
        oldest = at;
        break;
      }
      if (cell >>> PRINT_BITS < (long) CELL.getOpaque(cells, oldest) >>> PRINT_BITS) {
        oldest = at;
      }
    }
    CELL.setOpaque(cells, oldest, now << PRINT_BITS | print(hash));
    CELL.setOpaque(cells, oldest + 1, 0L);
    return oldest;
  }

  private static long print(long cell) {
    return cell & (1L << PRINT_BITS) - 1;
  }

  private static int first(long hash) {
    return ((int) (hash >>> 32) & SETS - 1) * WAYS * 2;
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
