// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.Backend;
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

  /** A free one, or null when none is. */
  @Nullable Backend next(Backends available) {
    AliasTable weights = table(available);
    if (weights == null) {
      return null;
    }
    for (int i = 0; i < TRIES; i++) {
      Backend backend = available.get(weights.draw(random));
      if (available.free(backend)) {
        return backend;
      }
    }
    return Search.from(available, random.nextInt(available.size()));
  }

  /** A free one other than the first if chance soon gives one, else null. */
  @Nullable Backend other(Backends available, Backend first) {
    AliasTable weights = table(available);
    if (weights == null || available.size() < 2) {
      return null;
    }
    for (int i = 0; i < TRIES; i++) {
      Backend backend = available.get(weights.draw(random));
      if (backend != first && available.free(backend)) {
        return backend;
      }
    }
    return null;
  }

  private @Nullable AliasTable table(Backends available) {
    if (!available.same(stamp)) {
      stamp = available.stamp();
      table = available.size() == 0 ? null : new AliasTable(available);
    }
    return table;
  }
}
