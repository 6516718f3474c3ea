// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bucket of as many places as a rate says, each of which comes back after its part of the time
 * (the generic cell rate algorithm of ITU-T I.371 with the whole window as tolerance): one number,
 * the time at which all places are free again.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class CellRate {
  private static final VarHandle FREE = handle();

  // Reached by the handle alone, but for the beginning: nobody else knows the rate then.
  private long freeNs;

  /**
   * @param nowNs all places are free now
   */
  CellRate(long nowNs) {
    this.freeNs = nowNs;
  }

  private static VarHandle handle() {
    try {
      return MethodHandles.lookup().findVarHandle(CellRate.class, "freeNs", long.class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a field of this class", e);
    }
  }

  private long free() {
    return (long) FREE.getVolatile(this);
  }

  /**
   * Takes a place; false when there is none.
   *
   * @param intervalNs after which a place comes back
   * @param windowNs after which all do
   */
  boolean take(long nowNs, long intervalNs, long windowNs) {
    while (true) {
      long free = free();
      long begins = free - nowNs > 0 ? free : nowNs;
      if (begins - nowNs + intervalNs > windowNs) {
        return false;
      }
      if (FREE.compareAndSet(this, free, begins + intervalNs)) {
        return true;
      }
    }
  }

  /** How long until a place is free. */
  long waitNs(long nowNs, long intervalNs, long windowNs) {
    return Math.max(0, free() - nowNs + intervalNs - windowNs);
  }

  /** True when all places are free. */
  boolean idle(long nowNs) {
    return free() - nowNs <= 0;
  }
}
