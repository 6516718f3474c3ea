// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.pool.Pool;
import io.fairlead.pool.Pools;
import io.fairlead.proxy.FilterSelector;
import io.fairlead.proxy.RoutingPolicy;
import io.fairlead.route.RegistrationLookup;
import io.fairlead.route.Router;
import io.fairlead.store.Bindings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Makes what the loops route by, at the start and at each reload. Immutable. */
final class RoutingPolicyFactory {
  private final Bindings bindings;
  private final LongSupplier clockMs;
  private final FilterSelector filters;

  RoutingPolicyFactory(Bindings bindings, LongSupplier clockMs, FilterSelector filters) {
    this.bindings = bindings;
    this.clockMs = clockMs;
    this.filters = filters;
  }

  /** Routes, pools and who has which user, as the configuration says. */
  RoutingPolicy of(FairleadSettings settings, Pools pools) {
    Map<String, List<String>> domains = new HashMap<>();
    settings.registrars().forEach((name, registrar) -> domains.put(name, registrar.domains()));
    ClusterHomeNodes homes = new ClusterHomeNodes(settings.cluster().all(), settings.registrars());
    RegistrationLookup locations =
        new RegistrationLookup(bindings, clockMs, domains, homes::elsewhere);
    return new RoutingPolicy(
        Router.of(settings.routes(), locations), byName(pools), behind(settings), homes, filters);
  }

  /** The same with pools built anew. */
  static RoutingPolicy renewed(RoutingPolicy before, Pools pools) {
    return new RoutingPolicy(
        before.router(), byName(pools), before.behind(), before.homes(), before.filters());
  }

  private static Map<String, Pool> byName(Pools pools) {
    Map<String, Pool> byName = new HashMap<>();
    for (Pool pool : pools.all()) {
      byName.put(pool.name(), pool);
    }
    return Map.copyOf(byName);
  }

  private static Map<String, RoutingPolicy.Behind> behind(FairleadSettings settings) {
    Map<String, RoutingPolicy.Behind> behind = new HashMap<>();
    settings
        .registrars()
        .forEach((name, registrar) -> {
          String pool = registrar.pool();
          if (pool != null) {
            behind.put(
                name,
                new RoutingPolicy.Behind(pool, registrar.upstream().direct(), registrar.media()));
          }
        });
    return Map.copyOf(behind);
  }
}
