// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.pool.Pool;
import io.fairlead.route.Router;
import io.fairlead.transport.Flow;
import java.util.Map;

/**
 * What a reload changes: the routes and the pools they lead to. Swapped on each loop by one
 * command. Immutable.
 *
 * @param router the routes, first match wins
 * @param pools by name
 * @param behind the registrars that are backends of ours, by name
 * @param homes where users belong that are spread over nodes
 * @param filters which filters a call needs
 */
public record RoutingPolicy(
    Router router,
    Map<String, Pool> pools,
    Map<String, Behind> behind,
    HomeNodeLookup homes,
    FilterSelector filters) {
  /** True when a backend is there that is to be told where requests come from. */
  boolean tellsCallers(Flow to) {
    for (Pool pool : pools.values()) {
      if (pool.tellsCallers(to)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A registrar whose backends know its users.
   *
   * @param pool the name of their pool
   * @param direct calls go straight to the devices when their backend takes none
   */
  public record Behind(String pool, boolean direct) {}
}
