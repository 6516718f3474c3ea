// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counted facts of many backends, side by side in memory, so that comparing some of a thousand
 * touches little of it: for each backend and each loop the size of its set of live calls, and how
 * often it was picked.
 *
 * <p>Each number is written by its loop only and read by any thread. Shared: see docs/ownership.md.
 */
final class LoadCounters {
  /** How many backends have their cells in one piece. */
  static final int BACKENDS = 256;

  private static final VarHandle INT = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle LONG = MethodHandles.arrayElementVarHandle(long[].class);

  private final int loops;
  private final int[] sizes;
  private final long[] picks;

  LoadCounters(int loops) {
    this.loops = loops;
    this.sizes = new int[BACKENDS * loops];
    this.picks = new long[BACKENDS * loops];
  }

  /** A call was linked (1) or unlinked (-1) on the loop. */
  void resized(int slot, int loop, int by) {
    int at = slot * loops + loop;
    INT.setOpaque(sizes, at, sizes[at] + by);
  }

  /** Live calls on all loops. */
  int load(int slot) {
    int load = 0;
    for (int at = slot * loops, end = at + loops; at < end; at++) {
      load += (int) INT.getOpaque(sizes, at);
    }
    return load;
  }

  /** It was picked on the loop. */
  void picked(int slot, int loop) {
    int at = slot * loops + loop;
    LONG.setOpaque(picks, at, picks[at] + 1);
  }

  /** Picks on all loops. */
  long picks(int slot) {
    long sum = 0;
    for (int at = slot * loops, end = at + loops; at < end; at++) {
      sum += (long) LONG.getOpaque(picks, at);
    }
    return sum;
  }
}
