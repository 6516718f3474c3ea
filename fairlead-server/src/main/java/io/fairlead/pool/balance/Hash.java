// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Kind;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Backends;
import io.fairlead.pool.Tier;
import org.jspecify.annotations.Nullable;

/**
 * {@code hash}: a key has an endless row of backends, drawn by weight; it goes to the first that is
 * available, free and not overloaded. So a backend that is gone moves only its own keys, spreads
 * them over all others, and has them again when it is back. With bounded load after Mirrokni,
 * Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads" (2016).
 *
 * <p>Owned by one loop; the slots are shared by all loops.
 */
final class Hash implements Balancer {
  static final Kind<HashSettings, Lent, Balancer> KIND =
      new Kind<>(
          "hash",
          "The same key goes to the same backend; who comes or goes moves only its own share.",
          HashSettings.class,
          Hash::new);

  /** So few calls are never too many: on a quiet farm a conference must not be torn apart. */
  private static final int ALWAYS_FINE = 10;

  private static final int ROW = 64;
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final Slots slots;
  private final double bound;

  private Hash(HashSettings settings, Lent lent) {
    Tier tier = lent.tier();
    slots =
        switch (settings.function()) {
          case RENDEZVOUS -> tier.shared(Slots.class, Slots::rendezvous);
          case MAGLEV -> tier.shared(Slots.class, Slots::maglev);
        };
    Double factor = settings.boundedLoad();
    bound = factor == null ? Double.POSITIVE_INFINITY : factor;
  }

  @Override
  public @Nullable Backend pick(Backends available, long key) {
    if (available.size() == 0) {
      return null;
    }
    double perWeight = (available.load() + 1) * bound / available.weight();
    int overloaded = Search.NONE;
    for (int i = 0; i < ROW; i++) {
      int at = available.indexOf(slots.owner(Mix.of(key + i * STEP)));
      if (at >= 0 && available.free(at)) {
        if (available.load(at) < Math.max(ALWAYS_FINE, perWeight * available.weight(at))) {
          return available.get(at);
        }
        overloaded = overloaded == Search.NONE ? at : overloaded;
      }
    }
    return overloaded == Search.NONE ? highest(available, key) : available.get(overloaded);
  }

  // Nearly all are gone or full, so that the row met none of the rest.
  private static @Nullable Backend highest(Backends available, long key) {
    Backend best = null;
    long highest = 0;
    for (int i = 0; i < available.size(); i++) {
      Backend backend = available.get(i);
      long score = Mix.of(key ^ Mix.of(backend.name()));
      if (available.free(i) && (best == null || score > highest)) {
        best = backend;
        highest = score;
      }
    }
    return best;
  }
}
