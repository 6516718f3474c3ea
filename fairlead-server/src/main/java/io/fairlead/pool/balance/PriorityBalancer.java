// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import org.jspecify.annotations.Nullable;

/**
 * {@code priority}: always the first of the configuration's order that is free. Owned by one loop.
 */
final class PriorityBalancer implements Balancer {
  static final Plugin<NoSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "priority",
          "The first one that can take the call, by priority and then in the order written.",
          NoSettings.class,
          (none, lent) -> new PriorityBalancer());

  private PriorityBalancer() {}

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    return FallbackScan.at(available, FallbackScan.from(available, 0));
  }
}
