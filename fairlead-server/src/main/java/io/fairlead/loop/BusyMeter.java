// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The share of time a loop is awake. The loop writes, with plain-cost ordered stores; a meter reads
 * now and then.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class BusyMeter {
  private static final long SHORTEST_WINDOW_NS = 100_000_000L;

  private final AtomicLong sleptNs = new AtomicLong();
  private final AtomicLong asleepSinceNs = new AtomicLong();
  private long readNs = System.nanoTime();
  private long readSleptNs;
  private long permille;

  void sleeps(long nowNs) {
    asleepSinceNs.lazySet(nowNs);
  }

  void wakes(long nowNs) {
    sleptNs.lazySet(sleptNs.get() + nowNs - asleepSinceNs.get());
    asleepSinceNs.lazySet(0);
  }

  synchronized long permille(long nowNs) {
    long windowNs = nowNs - readNs;
    if (windowNs < SHORTEST_WINDOW_NS) {
      return permille;
    }
    long since = asleepSinceNs.get();
    long slept = sleptNs.get() + (since == 0 ? 0 : Math.max(0, nowNs - since));
    permille = Math.clamp(1000 - (slept - readSleptNs) * 1000 / windowNs, 0, 1000);
    readNs = nowNs;
    readSleptNs = slept;
    return permille;
  }
}
