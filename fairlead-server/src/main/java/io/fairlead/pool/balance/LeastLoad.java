// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Kind;
import io.fairlead.config.NoSettings;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Backends;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code least-load}: the one with the smallest share in use; among those within a thousandth of
 * each other, a draw. As long as it is not known of all how much they take, {@code least-calls}.
 *
 * <p>It follows the calls of its own loop. Heartbeats and the calls of other loops it learns when
 * it is about to choose a backend, and otherwise by looking at one more with each pick. A pick
 * costs the same for any number of backends.
 *
 * <p>Owned by one loop.
 */
final class LeastLoad implements Balancer {
  static final Kind<NoSettings, Lent, Balancer> KIND =
      new Kind<>(
          "least-load",
          "The one with the smallest share in use, where Max-Sessions or max-calls is known of all;"
              + " else the one with the fewest live calls for its weight.",
          NoSettings.class,
          (none, lent) -> new LeastLoad(lent));

  private static final int TRIES = 4;

  private final RandomGenerator random;
  private final Balancer byCalls;
  private final Trail trail = new Trail();
  private Shelves shelves = new Shelves(0);

  private LeastLoad(Lent lent) {
    random = lent.random();
    byCalls = new LeastCalls(lent);
  }

  @Override
  public @Nullable Backend pick(Backends available, long key) {
    if (!available.measured()) {
      return byCalls.pick(available, key);
    }
    refresh(available);
    for (int i = 0; i < TRIES; i++) {
      int drawn = shelves.draw(random);
      // Read anew: another loop may have added calls since it was looked at last.
      if (!correct(available, drawn) && available.free(drawn)) {
        return available.get(drawn);
      }
    }
    return Search.at(available, leastFree(available));
  }

  // Taken when some were tried or are full.
  private int leastFree(Backends available) {
    for (int shelf = shelves.lowest(0); shelf >= 0; shelf = shelves.lowest(shelf + 1)) {
      int size = shelves.size(shelf);
      int start = random.nextInt(size);
      for (int i = 0; i < size; i++) {
        int index = shelves.at(shelf, start + i < size ? start + i : start + i - size);
        if (available.free(index)) {
          return index;
        }
      }
    }
    return Search.NONE;
  }

  private void refresh(Backends available) {
    if (trail.leads(available)) {
      for (int i = trail.next(available); i != Search.NONE; i = trail.next(available)) {
        correct(available, i);
      }
    }
    if (trail.leads(available)) {
      correct(available, trail.turn(available));
    } else {
      rebuild(available);
    }
  }

  /** True when the share was not the one known. */
  private boolean correct(Backends available, int index) {
    return shelves.put(index, available.used(index));
  }

  private void rebuild(Backends available) {
    trail.begin(available);
    int size = available.size();
    shelves = new Shelves(size);
    for (int i = 0; i < size; i++) {
      correct(available, i);
    }
  }
}
