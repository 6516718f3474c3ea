// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Spaces the new calls of a backend evenly, so that no second has more than its
 * max-calls-per-second (the generic cell rate algorithm of ITU-T I.371, without tolerance): one
 * number, the time at which the next call may go. Shared: see docs/ownership.md.
 */
final class CallRateLimiter {
  /** A place was refused: it would come too late. */
  static final long REFUSED = -1;

  private static final double NS_PER_SECOND = 1e9;

  private final AtomicLong nextNs = new AtomicLong();
  private volatile long intervalNs;

  /** So many per second from now on; 0 for no limit. */
  void perSecond(int calls) {
    intervalNs = calls == 0 ? 0 : (long) Math.ceil(NS_PER_SECOND / calls);
  }

  /** True when there is a limit. */
  boolean limited() {
    return intervalNs != 0;
  }

  /** How long a call would wait for its place now. */
  long waitNs(long nowNs) {
    return intervalNs == 0 ? 0 : Math.max(0, nextNs.getOpaque() - nowNs);
  }

  /**
   * Takes a place.
   *
   * @param longestNs how long the call can wait at most
   * @return how long it must wait, or {@link #REFUSED} when that is longer: then nothing was taken
   */
  long reserve(long nowNs, long longestNs) {
    long interval = intervalNs;
    if (interval == 0) {
      return 0;
    }
    while (true) {
      long next = nextNs.get();
      long at = Math.max(next, nowNs);
      if (at - nowNs > longestNs) {
        return REFUSED;
      }
      if (nextNs.compareAndSet(next, at + interval)) {
        return at - nowNs;
      }
    }
  }
}
