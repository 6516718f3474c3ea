// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import org.jspecify.annotations.Nullable;

/**
 * {@code latency}: of two drawn by weight, the one whose moving mean of time to the first answer,
 * times its calls for its weight, is smaller. Taking always the quickest would send all to one
 * until it is slow. Owned by one loop.
 */
final class LatencyBalancer implements Balancer {
  static final Plugin<NoSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "latency",
          "Draws two by weight and takes the one that answers calls and checks sooner.",
          NoSettings.class,
          (none, lent) -> new LatencyBalancer(lent));

  /** Taken for a backend that has answered nothing yet: quick, so that it is soon known. */
  private static final long UNKNOWN_NS = 1_000_000;

  private final RandomDraw draw;

  private LatencyBalancer(BalancerTools lent) {
    draw = RandomDraw.byWeight(lent.random());
  }

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    int first = draw.next(available);
    if (first == FallbackScan.NONE) {
      return null;
    }
    int second = draw.other(available, first);
    boolean takeFirst =
        second == FallbackScan.NONE || cost(available, first) <= cost(available, second);
    return available.get(takeFirst ? first : second);
  }

  private static double cost(AvailableBackends available, int i) {
    long latencyNs = available.get(i).latencyNs();
    double ns = latencyNs == 0 ? UNKNOWN_NS : latencyNs;
    return ns * (1 + (double) available.load(i) * available.scale() / available.weight(i));
  }
}
