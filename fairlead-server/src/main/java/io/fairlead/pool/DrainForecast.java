// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.time.Duration;

/**
 * How fast the calls of a draining backend end, looked at now and then, and what that lets expect.
 *
 * <p>Each live call is taken to end with the same chance per second: calls that ended, divided by
 * the time all calls together have lived meanwhile. The last of n such calls is expected to end
 * after 1 + 1/2 + ... + 1/n mean remaining times. What was seen minutes ago counts less and less,
 * since short calls end first. Owned by one loop.
 */
final class DrainForecast {
  private static final int FEWEST = 3;
  private static final double MEMORY_NS = Duration.ofMinutes(15).toNanos();
  private static final double EULER = 0.5772;

  private int before;
  private long beforeNs;
  private double lived;
  private double ended;
  private int seen;

  DrainForecast(int calls, long nowNs) {
    before = calls;
    beforeNs = nowNs;
  }

  /** So many calls live now. */
  void see(int calls, long nowNs) {
    double spanNs = (double) nowNs - beforeNs;
    double kept = Math.exp(-spanNs / MEMORY_NS);
    lived = lived * kept + spanNs * (before + calls) / 2;
    int fewer = Math.max(0, before - calls);
    ended = ended * kept + fewer;
    seen += fewer;
    before = calls;
    beforeNs = nowNs;
  }

  /**
   * In how many nanoseconds the last of the calls that live is expected to end; -1 when too few
   * have ended to tell.
   */
  long untilLastNs() {
    if (before == 0) {
      return 0;
    }
    if (seen < FEWEST || ended <= 0 || lived <= 0) {
      return -1;
    }
    double harmonic = before == 1 ? 1 : Math.log(before) + EULER + 0.5 / before;
    return (long) (lived / ended * harmonic);
  }
}
