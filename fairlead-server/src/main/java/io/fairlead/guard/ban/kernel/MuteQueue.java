// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.kernel;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Sources that are to be unheard for a while, on their way from the loops to the thread of the
 * bans: bounded, without locks, and without allocating. Each place has a number that says whose
 * turn it is.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class MuteQueue {
  private final int mask;
  private final AtomicLongArray turns;
  private final long[] sources;
  private final int[] times;
  private final AtomicLong tail = new AtomicLong();
  private long head;
  private int timeMs;

  /**
   * @param places a power of two
   */
  MuteQueue(int places) {
    mask = places - 1;
    turns = new AtomicLongArray(places);
    sources = new long[places];
    times = new int[places];
    for (int i = 0; i < places; i++) {
      turns.set(i, i);
    }
  }

  /**
   * Puts one in. Any loop.
   *
   * @param source as {@link io.fairlead.net.SourceKey} makes it
   * @return false when there is no room
   */
  boolean offer(long source, int ms) {
    while (true) {
      long at = tail.get();
      int place = (int) at & mask;
      long turn = turns.getAcquire(place);
      if (turn < at) {
        return false;
      }
      if (turn == at && tail.compareAndSet(at, at + 1)) {
        sources[place] = source;
        times[place] = ms;
        turns.setRelease(place, at + 1);
        return true;
      }
    }
  }

  /** Whether there is none. The thread of the bans. */
  boolean isEmpty() {
    return turns.getAcquire((int) head & mask) != head + 1;
  }

  /** The next, when it is not empty; {@link #timeMs} then says for how long. The same thread. */
  long poll() {
    int place = (int) head & mask;
    long source = sources[place];
    timeMs = times[place];
    turns.setRelease(place, head + mask + 1);
    head++;
    return source;
  }

  int timeMs() {
    return timeMs;
  }
}
