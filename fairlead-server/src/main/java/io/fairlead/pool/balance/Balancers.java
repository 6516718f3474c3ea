// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Plugin;
import java.util.List;

/** All balancing algorithms there are. Immutable. */
public final class Balancers {
  private static final List<Plugin<?, BalancerTools, Balancer>> ALL =
      List.of(
          RoundRobinBalancer.KIND,
          RandomBalancer.KIND,
          LeastCallsBalancer.KIND,
          P2cBalancer.KIND,
          LeastLoadBalancer.KIND,
          PriorityBalancer.KIND,
          HashBalancer.KIND,
          LatencyBalancer.KIND,
          FanoutBalancer.KIND);

  private Balancers() {}

  /** True for the algorithm that sends a request to all available backends at once. */
  public static boolean forksToAll(String name) {
    return name.equals(FanoutBalancer.KIND.name());
  }

  /** The list, in the order of the reference page. */
  public static List<Plugin<?, BalancerTools, Balancer>> kinds() {
    return ALL;
  }
}
