// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import org.jspecify.annotations.Nullable;

/**
 * {@code p2c}: of two drawn by weight, the one with fewer live calls for its weight; where it is
 * known how much each takes, of two drawn by size the one with the smaller share in use
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001). Owned by one loop.
 */
final class P2cBalancer implements Balancer {
  static final Plugin<NoSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "p2c",
          "Draws two and takes the one with the smaller share in use, where Max-Sessions or"
              + " max-calls is known of all; else the one with fewer live calls for its weight.",
          NoSettings.class,
          (none, lent) -> new P2cBalancer(lent));

  private final RandomDraw draw;

  private P2cBalancer(BalancerTools lent) {
    draw = RandomDraw.bySize(lent.random());
  }

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    int first = draw.next(available);
    if (first == FallbackScan.NONE) {
      return null;
    }
    int second = draw.other(available, first);
    if (second == FallbackScan.NONE) {
      return available.get(first);
    }
    if (available.measured()) {
      return available.get(available.used(first) <= available.used(second) ? first : second);
    }
    long one = (long) available.load(first) * available.weight(second);
    long other = (long) available.load(second) * available.weight(first);
    return available.get(one <= other ? first : second);
  }
}
