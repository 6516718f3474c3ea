// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.time.Duration;

/**
 * How often something happens, as a mean that forgets: what is older than some seconds counts
 * little. Counted on the home loop, read by any thread. Shared: see docs/ownership.md.
 */
final class DecayingRate {
  private static final double MEMORY_NS = Duration.ofSeconds(5).toNanos();
  private static final double SECOND_NS = Duration.ofSeconds(1).toNanos();

  private volatile double perSecond;
  private long sinceNs;
  private boolean begun;

  /** It happened so often since the last time. */
  void add(long count, long nowNs) {
    double spanNs = (double) nowNs - sinceNs;
    sinceNs = nowNs;
    if (!begun) {
      begun = true;
      return;
    }
    if (spanNs > 0) {
      double kept = Math.exp(-spanNs / MEMORY_NS);
      perSecond = perSecond * kept + count * SECOND_NS / spanNs * (1 - kept);
    }
  }

  double perSecond() {
    return perSecond;
  }
}
