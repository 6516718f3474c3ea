// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.Backends;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Draws free backends at random, by weight or by size. Owned by one loop. */
final class Draw {
  private static final int TRIES = 8;

  private final RandomGenerator random;
  private final boolean bySize;
  private @Nullable Object stamp;
  private @Nullable AliasTable table;

  private Draw(RandomGenerator random, boolean bySize) {
    this.random = random;
    this.bySize = bySize;
  }

  /** Draws by weight. */
  static Draw byWeight(RandomGenerator random) {
    return new Draw(random, false);
  }

  /** Draws by how much each takes, where that is known of all; else by weight. */
  static Draw bySize(RandomGenerator random) {
    return new Draw(random, true);
  }

  /** The index of a free one, or {@link Search#NONE}. */
  int next(Backends available) {
    AliasTable weights = table(available);
    if (weights == null) {
      return Search.NONE;
    }
    for (int i = 0; i < TRIES; i++) {
      int drawn = weights.draw(random);
      if (available.free(drawn)) {
        return drawn;
      }
    }
    return Search.from(available, random.nextInt(available.size()));
  }

  /** That of a free one other than the first if chance soon gives one, else {@link Search#NONE}. */
  int other(Backends available, int first) {
    AliasTable weights = table(available);
    if (weights == null || available.size() < 2) {
      return Search.NONE;
    }
    for (int i = 0; i < TRIES; i++) {
      int drawn = weights.draw(random);
      if (drawn != first && available.free(drawn)) {
        return drawn;
      }
    }
    return Search.NONE;
  }

  private @Nullable AliasTable table(Backends available) {
    if (!available.same(stamp)) {
      stamp = available.stamp();
      table = available.size() == 0 ? null : build(available);
    }
    return table;
  }

  private AliasTable build(Backends available) {
    return bySize && available.measured()
        ? new AliasTable(available.size(), available::capacity, available.capacity())
        : new AliasTable(available.size(), available::weight, available.weight());
  }
}
