// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The token bucket of one method for the whole node, and another one as large for those that are
 * refused: beyond it nobody is answered.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class MethodRate {
  /** What becomes of a request. */
  enum Outcome {
    ADMITTED,
    REFUSED,
    DROPPED
  }

  private final long stepNs;
  private final long depthNs;
  private final boolean red;
  private final AtomicLong admitted = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong refused = new AtomicLong(Long.MIN_VALUE);

  MethodRate(MethodRateSettings settings) {
    this.stepNs = settings.rate().stepNs();
    this.depthNs = settings.rate().period().toNanos();
    this.red = settings.algorithm() == DropAlgorithm.RED;
  }

  /**
   * A new request came.
   *
   * @param chance any number that belongs to the request, so that it has the same luck each time
   */
  Outcome ask(long nowNs, long chance) {
    if (!(red && unlucky(nowNs, chance)) && take(admitted, nowNs)) {
      return Outcome.ADMITTED;
    }
    return take(refused, nowNs) ? Outcome.REFUSED : Outcome.DROPPED;
  }

  // From half full on: never at half, always when full.
  private boolean unlucky(long nowNs, long chance) {
    long empty = admitted.get();
    double load = empty <= nowNs ? 0 : (double) (empty - nowNs) / depthNs;
    double share = (chance * 0x9e3779b97f4a7c15L >>> 11) * 0x1.0p-53;
    return share < 2 * load - 1;
  }

  private boolean take(AtomicLong bucket, long nowNs) {
    while (true) {
      long empty = bucket.get();
      long next = Math.max(empty, nowNs) + stepNs;
      if (next - nowNs > Math.max(depthNs, stepNs)) {
        return false;
      }
      if (bucket.compareAndSet(empty, next)) {
        return true;
      }
    }
  }
}
