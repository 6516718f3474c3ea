// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.pool.Pool;
import io.fairlead.route.RouteMedia;
import io.fairlead.route.Router;
import io.fairlead.transport.Flow;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
   * The registrar whose backend speaks from there: what a flow token itself does not tell. A
   * backend is known by address and port, else by its address, since it may send from another port.
   *
   * @return null when no registrar's backend does
   */
  @Nullable Behind registrarAt(Flow from) {
    Behind near = null;
    for (Behind each : behind.values()) {
      Pool pool = pools.get(each.pool());
      if (pool == null) {
        continue;
      }
      if (pool.isAt(from)) {
        return each;
      }
      near = near == null && pool.isOn(from.remote().getAddress()) ? each : near;
    }
    return near;
  }

  /**
   * A registrar whose backends know its users.
   *
   * @param pool the name of their pool
   * @param direct calls go straight to the devices when their backend takes none
   * @param media which way the media of calls goes that the backends send over a device's flow
   */
  public record Behind(String pool, boolean direct, RouteMedia media) {}
}
