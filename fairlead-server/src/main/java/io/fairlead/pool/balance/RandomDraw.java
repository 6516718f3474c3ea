// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.AvailableBackends;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Draws free backends at random, by weight or by size. Owned by one loop. */
final class RandomDraw {
  private static final int TRIES = 8;

  private final RandomGenerator random;
  private final boolean bySize;
  private @Nullable Object stamp;
  private @Nullable AliasTable table;

  private RandomDraw(RandomGenerator random, boolean bySize) {
    this.random = random;
    this.bySize = bySize;
  }

  /** Draws by weight. */
  static RandomDraw byWeight(RandomGenerator random) {
    return new RandomDraw(random, false);
  }

  /** Draws by how much each takes, where that is known of all; else by weight. */
  static RandomDraw bySize(RandomGenerator random) {
    return new RandomDraw(random, true);
  }

  /** The index of a free one, or {@link FallbackScan#NONE}. */
  int next(AvailableBackends available) {
    AliasTable weights = table(available);
    if (weights == null) {
      return FallbackScan.NONE;
    }
    for (int i = 0; i < TRIES; i++) {
      int drawn = weights.draw(random);
      if (available.free(drawn)) {
        return drawn;
      }
    }
    return FallbackScan.from(available, random.nextInt(available.size()));
  }

  /**
   * That of a free one other than the first if chance soon gives one, else {@link
   * FallbackScan#NONE}.
   */
  int other(AvailableBackends available, int first) {
    AliasTable weights = table(available);
    if (weights == null || available.size() < 2) {
      return FallbackScan.NONE;
    }
    for (int i = 0; i < TRIES; i++) {
      int drawn = weights.draw(random);
      if (drawn != first && available.free(drawn)) {
        return drawn;
      }
    }
    return FallbackScan.NONE;
  }

  private @Nullable AliasTable table(AvailableBackends available) {
    if (!available.same(stamp)) {
      stamp = available.stamp();
      table = available.size() == 0 ? null : build(available);
    }
    return table;
  }

  private AliasTable build(AvailableBackends available) {
    return bySize && available.measured()
        ? new AliasTable(available.size(), available::capacity, available.capacity())
        : new AliasTable(available.size(), available::weight, available.weight());
  }
}
