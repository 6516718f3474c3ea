// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.Backends;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Draws free backends at random, by weight. Owned by one loop. */
final class Draw {
  private static final int TRIES = 8;

  private final RandomGenerator random;
  private @Nullable Object stamp;
  private @Nullable AliasTable table;

  Draw(RandomGenerator random) {
    this.random = random;
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
      table = available.size() == 0 ? null : new AliasTable(available);
    }
    return table;
  }
}
