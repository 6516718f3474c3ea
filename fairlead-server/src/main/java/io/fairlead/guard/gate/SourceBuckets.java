// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.observe.Counter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One leaky bucket for each source, in a table of fixed size (GCRA, ITU-T I.371 §A). A bucket is a
 * single number: the time at which it will be empty again. One that is empty is as good as none, so
 * it costs nothing to forget it; where a set of the table has none, the one that will be empty
 * first goes. So what is forgotten is a source's debt and never its credit: however many sources
 * there are, and whoever invents them, nobody is worse off for it, and those who owe most stay
 * known.
 *
 * <p>A cell holds 24 bits of a keyed hash of the source and 40 bits of time in units of 65.5 us.
 * With the place of the set that tells sources apart unless they agree in 37 bits and more, which
 * nobody outside can bring about. Any loop may ask; of two at the same moment one may be lost,
 * which is a message not counted.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class SourceBuckets {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int WAYS = 8;
  private static final int TIME_BITS = 40;
  private static final long TIME = (1L << TIME_BITS) - 1;
  private static final int UNIT_BITS = 16;

  private final long[] cells;
  private final int sets;
  private final long seed;
  private final Counter forgotten;

  /**
   * @param sources how many it has room for; rounded up to a power of two
   * @param forgotten counts buckets that were forgotten before they were empty
   */
  SourceBuckets(int sources, Counter forgotten) {
    int size = Integer.highestOneBit(Math.max(WAYS, sources) * 2 - 1);
    this.cells = new long[size];
    this.sets = size / WAYS;
    this.seed = new SplittableRandom().nextLong();
    this.forgotten = forgotten;
  }

  /**
   * Puts a message into a source's bucket, unless it is full.
   *
   * @param stepNs what a message costs
   * @param depthNs how much the bucket holds
   * @return false when it is full
   */
  boolean take(long source, long nowNs, long stepNs, long depthNs) {
    long hash = hash(source);
    int at = find(hash);
    long now = units(nowNs);
    long step = Math.max(1, stepNs >>> UNIT_BITS);
    long owed = at < 0 ? 0 : owed(cell(at), now);
    if (owed + step > Math.max(step, depthNs >>> UNIT_BITS)) {
      return false;
    }
    put(at < 0 ? place(hash, now) : at, hash, now + owed + step);
    return true;
  }

  /** Puts a message into a source's bucket also when that is full; it holds no more than twice. */
  void charge(long source, long nowNs, long stepNs, long depthNs) {
    long hash = hash(source);
    int at = find(hash);
    long now = units(nowNs);
    long owed = at < 0 ? 0 : owed(cell(at), now);
    long step = Math.max(1, stepNs >>> UNIT_BITS);
    long most = Math.max(step, depthNs >>> UNIT_BITS) * 2;
    put(at < 0 ? place(hash, now) : at, hash, now + Math.min(most, owed + step));
  }

  /** Whether a source's bucket has no room for another message. */
  boolean isFull(long source, long nowNs, long stepNs, long depthNs) {
    int at = find(hash(source));
    if (at < 0) {
      return false;
    }
    long step = Math.max(1, stepNs >>> UNIT_BITS);
    return owed(cell(at), units(nowNs)) + step > Math.max(step, depthNs >>> UNIT_BITS);
  }

  /** Fills a source's bucket so that it is empty after that time, if it was not fuller. */
  void mark(long source, long nowNs, long forNs) {
    long hash = hash(source);
    int at = find(hash);
    long now = units(nowNs);
    long owed = at < 0 ? 0 : owed(cell(at), now);
    put(at < 0 ? place(hash, now) : at, hash, now + Math.max(owed, (forNs >>> UNIT_BITS) + 1));
  }

  /** Whether there is anything in a source's bucket. */
  boolean isMarked(long source, long nowNs) {
    int at = find(hash(source));
    return at >= 0 && owed(cell(at), units(nowNs)) > 0;
  }

  /** Empties a source's bucket. */
  void clear(long source) {
    int at = find(hash(source));
    if (at >= 0) {
      CELL.setOpaque(cells, at, 0L);
    }
  }

  /** How many sources it has room for. */
  int room() {
    return cells.length;
  }

  /** How many buckets are not empty; takes its time. */
  int used(long nowNs) {
    long now = units(nowNs);
    return (int) Arrays.stream(cells).filter(cell -> cell != 0 && owed(cell, now) > 0).count();
  }

  private static long units(long nowNs) {
    return nowNs >>> UNIT_BITS & TIME;
  }

  // What is more than half of all time ahead lies behind.
  private static long owed(long cell, long now) {
    long ahead = cell - now << 64 - TIME_BITS >> 64 - TIME_BITS;
    return Math.max(0, ahead);
  }

  private long cell(int at) {
    return (long) CELL.getOpaque(cells, at);
  }

  private void put(int at, long hash, long time) {
    CELL.setOpaque(cells, at, print(hash) << TIME_BITS | time & TIME);
  }

  // 0 is an empty cell.
  private static long print(long hash) {
    long print = hash & (1L << 64 - TIME_BITS) - 1;
    return print == 0 ? 1 : print;
  }

  private int first(long hash) {
    return ((int) (hash >>> 32) & sets - 1) * WAYS;
  }

  private int find(long hash) {
    int first = first(hash);
    long print = print(hash);
    for (int i = first; i < first + WAYS; i++) {
      if (cell(i) >>> TIME_BITS == print) {
        return i;
      }
    }
    return -1;
  }

  private int place(long hash, long now) {
    int first = first(hash);
    int best = first;
    long least = Long.MAX_VALUE;
    for (int i = first; i < first + WAYS && least > 0; i++) {
      long cell = cell(i);
      long owed = cell == 0 ? 0 : owed(cell, now);
      if (owed < least) {
        least = owed;
        best = i;
      }
    }
    if (least > 0) {
      forgotten.add();
    }
    return best;
  }

  // Stafford's mix 13, with a seed that is nobody else's.
  private long hash(long source) {
    long z = source ^ seed;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
