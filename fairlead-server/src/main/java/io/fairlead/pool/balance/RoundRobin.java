// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Kind;
import io.fairlead.config.NoSettings;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Backends;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code round-robin}: in turn, each as often as its weight says and as evenly spaced as can be.
 * The turn begins at a random place, so that several loops and several Fairleads do not all begin
 * with the same backend. Owned by one loop.
 */
final class RoundRobin implements Balancer {
  static final Kind<NoSettings, Lent, Balancer> KIND =
      new Kind<>(
          "round-robin",
          "In turn, by weight and evenly spaced.",
          NoSettings.class,
          (none, lent) -> new RoundRobin(lent));

  private final RandomGenerator random;
  private @Nullable Object stamp;
  private int[] turns = {};
  private int next;

  private RoundRobin(Lent lent) {
    random = lent.random();
  }

  @Override
  public @Nullable Backend pick(Backends available, long key) {
    if (!available.same(stamp)) {
      stamp = available.stamp();
      turns = Turns.of(available);
      next = turns.length == 0 ? 0 : random.nextInt(turns.length);
    }
    for (int i = 0; i < turns.length; i++) {
      int turn = turns[next];
      next = next + 1 == turns.length ? 0 : next + 1;
      if (available.free(turn)) {
        return available.get(turn);
      }
    }
    return null;
  }
}
