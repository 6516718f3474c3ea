// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code round-robin}: in turn, each as often as its weight says and as evenly spaced as can be.
 * The turn begins at a random place, so that several loops and several Fairleads do not all begin
 * with the same backend. Owned by one loop.
 */
final class RoundRobinBalancer implements Balancer {
  static final Plugin<NoSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "round-robin",
          "In turn, by weight and evenly spaced.",
          NoSettings.class,
          (none, lent) -> new RoundRobinBalancer(lent));

  private final RandomGenerator random;
  private @Nullable Object stamp;
  private int[] turns = {};
  private int next;

  private RoundRobinBalancer(BalancerTools lent) {
    random = lent.random();
  }

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    if (!available.same(stamp)) {
      stamp = available.stamp();
      turns = RoundRobinOrder.of(available);
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
