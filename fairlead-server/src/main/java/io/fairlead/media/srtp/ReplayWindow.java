// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

/**
 * Which indexes of one SSRC have been used: the highest and the 127 below it (RFC 3711 §3.3.2 wants
 * 64 at least; a burst that a slow path reorders has more).
 *
 * <p>Owned by one media loop.
 */
final class ReplayWindow {
  private static final int SIZE = 128;

  private long highest = -1;
  // Bit n of both together: the highest less n.
  private long near;
  private long far;

  /** The highest index used, -1 for none. */
  long highest() {
    return highest;
  }

  /** True for an index that was used, or is too old to tell. */
  boolean has(long index) {
    long behind = highest - index;
    if (behind < 0) {
      return false;
    }
    return index < 0
        || behind >= SIZE
        || ((behind < 64 ? near >>> behind : far >>> behind - 64) & 1) != 0;
  }

  /** Marks one that is not had. */
  void add(long index) {
    long ahead = index - highest;
    if (ahead > 0) {
      shift(ahead);
      highest = index;
      near |= 1;
    } else if (-ahead < 64) {
      near |= 1L << -ahead;
    } else {
      far |= 1L << -ahead - 64;
    }
  }

  private void shift(long by) {
    if (by >= SIZE) {
      near = 0;
      far = 0;
    } else if (by >= 64) {
      far = near << by - 64;
      near = 0;
    } else {
      far = far << by | near >>> 64 - by;
      near <<= by;
    }
  }
}
