// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import org.jspecify.annotations.Nullable;

/** {@code random}: each call is a draw by weight. Owned by one loop. */
final class RandomBalancer implements Balancer {
  static final Plugin<NoSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "random", "Draws by weight.", NoSettings.class, (none, lent) -> new RandomBalancer(lent));

  private final RandomDraw draw;

  private RandomBalancer(BalancerTools lent) {
    draw = RandomDraw.byWeight(lent.random());
  }

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    return FallbackScan.at(available, draw.next(available));
  }
}
