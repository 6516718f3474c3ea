// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.balance.Balancer;
import io.fairlead.pool.balance.BalancerTools;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Where one loop picks: a balancer for each rank, with its own state. Owned by one loop. */
final class TierBalancers {
  private final AvailableBackends[] views;
  private final Balancer[] balancers;

  TierBalancers(
      PoolSettings settings,
      List<PriorityTier> tiers,
      PoolReloadState roster,
      int loop,
      SplittableRandom random) {
    int ranks = 2 * tiers.size();
    views = new AvailableBackends[ranks];
    balancers = new Balancer[ranks];
    for (int i = 0; i < ranks; i++) {
      PriorityTier tier = tiers.get(i % tiers.size());
      views[i] = new AvailableBackends(tier, roster, loop);
      balancers[i] = settings.balance().create(new BalancerTools(tier, random.split()));
    }
  }

  @Nullable Backend pick(PickOrder line, long key, List<Backend> tried) {
    for (int i = 0; i < views.length; i++) {
      PickableTier rank = line.ranks().get(i);
      if (rank.size() > 0) {
        views[i].show(rank, tried);
        Backend chosen = pick(i, key);
        if (chosen != null) {
          return chosen;
        }
      }
    }
    return null;
  }

  @Nullable Backend pick(PickOrder line, PickRequest demand, long nowNs) {
    for (int i = 0; i < views.length; i++) {
      PickableTier rank = line.ranks().get(i);
      if (rank.size() > 0) {
        views[i].show(rank, demand, nowNs);
        Backend chosen = pick(i, demand.key());
        if (chosen != null) {
          return chosen;
        }
      }
    }
    return null;
  }

  private @Nullable Backend pick(int i, long key) {
    Backend chosen = balancers[i].pick(views[i], key);
    views[i].hide();
    return chosen;
  }
}
