// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket of as many places as a rate says, each of which comes back after its part of the time
 * (the generic cell rate algorithm of ITU-T I.371 with the whole window as tolerance): one number,
 * the time at which all places are free again.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class CellRate {
  private final AtomicLong freeNs;

  /**
   * @param nowNs all places are free now
   */
  CellRate(long nowNs) {
    this.freeNs = new AtomicLong(nowNs);
  }

  /**
   * Takes a place; false when there is none.
   *
   * @param intervalNs after which a place comes back
   * @param windowNs after which all do
   */
  boolean take(long nowNs, long intervalNs, long windowNs) {
    while (true) {
      long free = freeNs.get();
      long begins = free - nowNs > 0 ? free : nowNs;
      if (begins - nowNs + intervalNs > windowNs) {
        return false;
      }
      if (freeNs.compareAndSet(free, begins + intervalNs)) {
        return true;
      }
    }
  }

  /** How long until a place is free. */
  long waitNs(long nowNs, long intervalNs, long windowNs) {
    return Math.max(0, freeNs.get() - nowNs + intervalNs - windowNs);
  }

  /** True when all places are free. */
  boolean idle(long nowNs) {
    return freeNs.get() - nowNs <= 0;
  }
}
