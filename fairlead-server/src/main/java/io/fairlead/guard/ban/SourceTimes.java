// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongPredicate;

/**
 * A time for each of many sources, by {@link io.fairlead.net.SourceKey}: read by any thread without
 * a lock and without allocating, changed by one. Open addressing with linear probing; a source that
 * is taken away leaves its key with the time 0 until the table is built anew, which readers see at
 * once and whole. Shared: see docs/ownership.md.
 */
final class SourceTimes {
  private static final int LEAST = 64;
  // No network of IPv6 that anybody has (::fffe:0:0/64): the place of a free slot is 0.
  private static final long NOBODY = 0x0000fffeL << 32;
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  /** Keys at even places, their times at odd ones. */
  private volatile long[] slots = new long[2 * LEAST];

  private final int limit;
  private int used;
  private int count;
  // Readers see it behind the change that made it.
  private volatile int size;

  /**
   * @param limit most sources
   */
  SourceTimes(int limit) {
    this.limit = limit;
  }

  /** How many have a time. */
  int size() {
    return size;
  }

  /** The time of a source; 0 for none. */
  long get(long key) {
    if (size == 0) {
      return 0;
    }
    long[] table = slots;
    long wanted = key ^ NOBODY;
    int mask = table.length / 2 - 1;
    for (int i = place(wanted, mask); ; i = i + 1 & mask) {
      long found = (long) LONGS.getAcquire(table, 2 * i);
      if (found == wanted) {
        return (long) LONGS.getAcquire(table, 2 * i + 1);
      }
      if (found == 0) {
        return 0;
      }
    }
  }

  /**
   * Gives a source a time.
   *
   * @param time not 0
   * @return false when there is no room
   */
  boolean put(long key, long time) {
    long wanted = key ^ NOBODY;
    int at = find(slots, wanted);
    if (slots[2 * at] == wanted) {
      int more = slots[2 * at + 1] == 0 ? 1 : 0;
      if (count + more > limit) {
        return false;
      }
      LONGS.setRelease(slots, 2 * at + 1, time);
      counted(count + more);
      return true;
    }
    if (count >= limit) {
      return false;
    }
    if (2 * (used + 1) > slots.length / 2) {
      rebuild();
      at = find(slots, wanted);
    }
    LONGS.setRelease(slots, 2 * at + 1, time);
    LONGS.setRelease(slots, 2 * at, wanted);
    used++;
    counted(count + 1);
    return true;
  }

  private void counted(int now) {
    count = now;
    size = now;
  }

  /** Takes a source's time away. */
  void remove(long key) {
    long wanted = key ^ NOBODY;
    int at = find(slots, wanted);
    if (slots[2 * at] == wanted && slots[2 * at + 1] != 0) {
      LONGS.setRelease(slots, 2 * at + 1, 0L);
      counted(count - 1);
    }
  }

  /** Takes away all whose time is such. */
  void removeIf(LongPredicate such) {
    for (int i = 1; i < slots.length; i += 2) {
      long time = slots[i];
      if (time != 0 && such.test(time)) {
        LONGS.setRelease(slots, i, 0L);
        counted(count - 1);
      }
    }
  }

  private void rebuild() {
    int places = Math.max(LEAST, Integer.highestOneBit(Math.max(1, count)) * 4);
    long[] next = new long[2 * places];
    for (int i = 0; i < slots.length; i += 2) {
      if (slots[i + 1] != 0) {
        int at = find(next, slots[i]);
        next[2 * at] = slots[i];
        next[2 * at + 1] = slots[i + 1];
      }
    }
    used = count;
    slots = next;
  }

  private static int find(long[] table, long wanted) {
    int mask = table.length / 2 - 1;
    int i = place(wanted, mask);
    while (table[2 * i] != 0 && table[2 * i] != wanted) {
      i = i + 1 & mask;
    }
    return i;
  }

  // Keys are chosen by whoever has a network: neighbours must not meet.
  private static int place(long wanted, int mask) {
    long mixed = wanted * 0x9e3779b97f4a7c15L;
    mixed ^= mixed >>> 32;
    mixed *= 0xd6e8feb86659fd93L;
    return (int) (mixed >>> 32) & mask;
  }
}
