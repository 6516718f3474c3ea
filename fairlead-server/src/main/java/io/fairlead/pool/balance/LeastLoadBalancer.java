// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
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
final class LeastLoadBalancer extends LoadOrderedBalancer {
  static final Plugin<NoSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "least-load",
          "The one with the smallest share in use, where Max-Sessions or max-calls is known of all;"
              + " else the one with the fewest live calls for its weight.",
          NoSettings.class,
          (none, lent) -> new LeastLoadBalancer(lent));

  private final Balancer byCalls;
  private BucketQueue shelves = new BucketQueue(0);

  private LeastLoadBalancer(BalancerTools lent) {
    super(lent.random());
    byCalls = new LeastCallsBalancer(lent);
  }

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    if (!available.measured()) {
      return byCalls.pick(available, key);
    }
    return super.pick(available, key);
  }

  @Override
  int draw() {
    return shelves.draw(random);
  }

  // Taken when some were tried or are full.
  @Override
  int leastFree(AvailableBackends available) {
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
    return FallbackScan.NONE;
  }

  @Override
  boolean correct(AvailableBackends available, int index) {
    return shelves.put(index, available.used(index));
  }

  @Override
  void rebuild(AvailableBackends available) {
    int size = available.size();
    shelves = new BucketQueue(size);
    for (int i = 0; i < size; i++) {
      correct(available, i);
    }
  }
}
