// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Kind;
import java.util.List;

/** All balancing algorithms there are. Immutable. */
public final class Balancers {
  private static final List<Kind<?, Lent, Balancer>> ALL =
      List.of(
          RoundRobin.KIND,
          WeightedRandom.KIND,
          LeastCalls.KIND,
          PowerOfTwo.KIND,
          LeastLoad.KIND,
          Serial.KIND,
          Hash.KIND,
          LeastLatency.KIND,
          Fanout.KIND);

  private Balancers() {}

  /** True for the algorithm that sends a request to all available backends at once. */
  public static boolean forksToAll(String name) {
    return name.equals(Fanout.KIND.name());
  }

  /** The list, in the order of the reference page. */
  public static List<Kind<?, Lent, Balancer>> kinds() {
    return ALL;
  }
}
