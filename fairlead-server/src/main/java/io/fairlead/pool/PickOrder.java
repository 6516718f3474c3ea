// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.health.HealthState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a pool may be picked at present, in the order in which it is asked: the healthy ones of
 * each tier, and in a panic then the doubted ones of each tier. Replaced as a whole when health or
 * a capacity changes, and while a backend ramps. Immutable.
 *
 * @param ranks as many again as there are tiers
 * @param panicking whether less than the threshold is healthy
 * @param healthyShare the share of the weight that is healthy
 */
record PickOrder(List<PickableTier> ranks, boolean panicking, double healthyShare) {
  static PickOrder of(List<PriorityTier> tiers, double panicThreshold) {
    double share = healthyShare(tiers);
    boolean panicking = share < panicThreshold;
    PickableTier[] ranks = new PickableTier[2 * tiers.size()];
    for (int i = 0; i < tiers.size(); i++) {
      ranks[i] = new PickableTier(tiers.get(i), PickOrder::healthy);
      ranks[tiers.size() + i] = new PickableTier(tiers.get(i), b -> panicking && doubted(b));
    }
    return new PickOrder(List.of(ranks), panicking, share);
  }

  /** True when there is one that is healthy, and not only doubted ones for a panic. */
  boolean anyHealthy() {
    for (int i = 0; i < ranks.size() / 2; i++) {
      if (ranks.get(i).size() > 0) {
        return true;
      }
    }
    return false;
  }

  /** True when one of those that may be picked has max-cps. */
  boolean paced() {
    for (PickableTier rank : ranks) {
      if (rank.paced()) {
        return true;
      }
    }
    return false;
  }

  /** The one of the first rank that has any which has the key by rendezvous hashing, or null. */
  @Nullable Backend highest(long key, List<Backend> tried) {
    for (PickableTier rank : ranks) {
      Backend chosen = rank.highest(key, tried);
      if (chosen != null) {
        return chosen;
      }
    }
    return null;
  }

  /** Those of the first rank that has any which are not full and have what the request asks. */
  List<Backend> available(PickRequest demand) {
    List<Backend> free = new ArrayList<>();
    for (PickableTier rank : ranks) {
      for (int i = 0; i < rank.size(); i++) {
        if (!rank.full(i) && rank.get(i).meets(demand)) {
          free.add(rank.get(i));
        }
      }
      if (!free.isEmpty()) {
        break;
      }
    }
    return free;
  }

  /**
   * The one with the shortest wait under its max-cps, of the first rank that has one within the
   * longest; or null.
   */
  @Nullable Backend soonest(PickRequest demand, long nowNs, long longestNs) {
    for (PickableTier rank : ranks) {
      Backend best = null;
      long shortest = longestNs + 1;
      for (int i = 0; i < rank.size(); i++) {
        Backend backend = rank.get(i);
        long waitNs = backend.capacity().pace().waitNs(nowNs);
        boolean sooner = waitNs < shortest && !rank.full(i) && backend.meets(demand);
        if (sooner && !demand.tried().contains(backend)) {
          best = backend;
          shortest = waitNs;
        }
      }
      if (best != null) {
        return best;
      }
    }
    return null;
  }

  // A full farm is no sign of wrong checks, so a saturated backend counts as healthy here.
  private static double healthyShare(List<PriorityTier> tiers) {
    long alive = 0;
    long all = 0;
    for (PriorityTier tier : tiers) {
      for (int i = 0; i < tier.size(); i++) {
        HealthState state = tier.get(i).health().state();
        all += state.byOrder() ? 0 : tier.weight(i);
        alive += state.alive() && tier.get(i).address() != null ? tier.weight(i) : 0;
      }
    }
    return all == 0 ? 1 : (double) alive / all;
  }

  private static boolean healthy(Backend backend) {
    return backend.address() != null && backend.health().state().takesCalls();
  }

  private static boolean doubted(Backend backend) {
    HealthState state = backend.health().state();
    return backend.address() != null && !state.alive() && !state.byOrder();
  }
}
