// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask when nobody can be picked: a backend that is out only for what it answered to calls,
 * which is a belief. It is asked a bounded number of calls at a time, and its first good answer
 * brings it back. Immutable.
 */
final class HalfOpenTrial {
  private HalfOpenTrial() {}

  /**
   * Of the first tier that has any, the one that was refused longest ago, or null.
   *
   * @param most how many calls may wait for its answer
   */
  static @Nullable Backend of(List<PriorityTier> tiers, PickRequest demand, int most) {
    for (PriorityTier tier : tiers) {
      Backend best = null;
      long earliest = 0;
      for (int i = 0; i < tier.size(); i++) {
        Backend backend = tier.get(i);
        long refusedNs = backend.condition().refusedNs();
        boolean earlier = best == null || refusedNs - earliest < 0;
        if (earlier && takes(backend, demand, most)) {
          best = backend;
          earliest = refusedNs;
        }
      }
      if (best != null) {
        return best;
      }
    }
    return null;
  }

  /** True when it may be asked. */
  static boolean takes(Backend backend, PickRequest demand, int most) {
    return backend.condition().out()
        && backend.address() != null
        && backend.outcomes().trials() < most
        && !backend.full()
        && !demand.tried().contains(backend)
        && backend.meets(demand);
  }
}
