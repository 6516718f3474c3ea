// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import org.jspecify.annotations.Nullable;

/**
 * {@code fanout}: the core sends an INVITE to all available backends at once; a pick is asked for
 * only by what cannot be forked, and is a draw. Owned by one loop.
 */
final class FanoutBalancer implements Balancer {
  static final Plugin<NoSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "fanout",
          "Sends the call to all available backends at once; the first to answer has it.",
          NoSettings.class,
          (none, lent) -> new FanoutBalancer(lent));

  private final RandomDraw draw;

  private FanoutBalancer(BalancerTools lent) {
    draw = RandomDraw.byWeight(lent.random());
  }

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    return FallbackScan.at(available, draw.next(available));
  }
}
