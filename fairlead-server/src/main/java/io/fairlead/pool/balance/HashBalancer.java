// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import io.fairlead.pool.PriorityTier;
import org.jspecify.annotations.Nullable;

/**
 * {@code hash}: a key has an endless row of backends, drawn by weight; it goes to the first that is
 * available, free and not overloaded. So a backend that is gone moves only its own keys, spreads
 * them over all others, and has them again when it is back. With bounded load after Mirrokni,
 * Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads" (2016).
 *
 * <p>Owned by one loop; the slots are shared by all loops.
 */
final class HashBalancer implements Balancer {
  static final Plugin<HashSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "hash",
          "The same key goes to the same backend; who comes or goes moves only its own share.",
          HashSettings.class,
          HashBalancer::new);

  /** So few calls are never too many: on a quiet farm a conference must not be torn apart. */
  private static final int ALWAYS_FINE = 10;

  private static final int ROW = 64;
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final HashSlotTable slots;
  private final double bound;

  private HashBalancer(HashSettings settings, BalancerTools lent) {
    PriorityTier tier = lent.tier();
    slots =
        switch (settings.function()) {
          case RENDEZVOUS -> tier.shared(HashSlotTable.class, HashSlotTable::rendezvous);
          case MAGLEV -> tier.shared(HashSlotTable.class, HashSlotTable::maglev);
        };
    Double factor = settings.boundedLoad();
    bound = factor == null ? Double.POSITIVE_INFINITY : factor;
  }

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    if (available.size() == 0) {
      return null;
    }
    double perWeight = (available.load() + 1) * bound / available.weight();
    int overloaded = FallbackScan.NONE;
    for (int i = 0; i < ROW; i++) {
      int at = available.indexOf(slots.owner(StableHash.of(key + i * STEP)));
      if (at >= 0 && available.free(at)) {
        if (available.load(at) < Math.max(ALWAYS_FINE, perWeight * available.weight(at))) {
          return available.get(at);
        }
        overloaded = overloaded == FallbackScan.NONE ? at : overloaded;
      }
    }
    return overloaded == FallbackScan.NONE ? highest(available, key) : available.get(overloaded);
  }

  // Nearly all are gone or full, so that the row met none of the rest.
  private static @Nullable Backend highest(AvailableBackends available, long key) {
    Backend best = null;
    long highest = 0;
    for (int i = 0; i < available.size(); i++) {
      Backend backend = available.get(i);
      long score = StableHash.of(key ^ StableHash.of(backend.name()));
      if (available.free(i) && (best == null || score > highest)) {
        best = backend;
        highest = score;
      }
    }
    return best;
  }
}
