// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.guard.limit.LimitSettings;
import io.fairlead.route.Mode;
import io.fairlead.route.RouteSettings;
import io.fairlead.route.Router;
import io.fairlead.transport.ListenerSettings;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the limits of the guard ask of the rest: routes, listeners, networks and a Redis that are
 * there, and names of their own.
 *
 * <p>Owned by whoever reads the file.
 */
final class LimitChecks {
  private final PlanFindings plan;
  private final FairleadSettings settings;

  LimitChecks(PlanFindings plan) {
    this.plan = plan;
    this.settings = plan.sound().settings();
  }

  /** All of them. */
  void limits() {
    List<LimitSettings> limits = settings.guard().limits();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < limits.size(); i++) {
      LimitSettings limit = limits.get(i);
      String path = "guard.limits[" + i + "]";
      if (!names.add(limit.name())) {
        error(path + ".name", "there is another limit `" + limit.name() + "`", null, Set.of());
      }
      if (limit.scope() == LimitSettings.Scope.CLUSTER
          && settings.cluster().store().redis() == null
          && plan.sound().whole("cluster")) {
        error(
            path + ".scope",
            "nodes count together by a Redis: it needs `cluster.store.redis`",
            null,
            Set.of());
      }
      routes(limit, path);
      listeners(limit, path);
    }
    if (!limits.isEmpty() && settings.routes().stream().anyMatch(LimitChecks::isStateless)) {
      plan.warnings()
          .add(
              plan.marks()
                  .error(
                      "guard.limits",
                      "routes with `mode: stateless` know no calls: limits do not see what they"
                          + " take"));
    }
  }

  private static boolean isStateless(RouteSettings route) {
    return route.mode() == Mode.STATELESS;
  }

  private void routes(LimitSettings limit, String path) {
    if (!plan.sound().whole("routes")) {
      return;
    }
    Set<String> known = new TreeSet<>(Router.names(settings.routes()));
    String route = limit.over().route();
    if (route != null) {
      known(path + ".over.route", "route", route, known);
      registrar(path + ".over.route", route);
    }
    limit.match().route().forEach(each -> known(path + ".match.route", "route", each, known));
  }

  // Only a REGISTER is what a registrar takes, and that no limit counts.
  private void registrar(String path, String route) {
    List<String> names = Router.names(settings.routes());
    int at = names.indexOf(route);
    if (at >= 0 && settings.routes().get(at).registrar() != null) {
      error(
          path,
          "route `" + route + "` is for a registrar; expected one that takes calls",
          null,
          Set.of());
    }
  }

  private void listeners(LimitSettings limit, String path) {
    if (!plan.sound().whole("listeners")) {
      return;
    }
    Set<String> names = new TreeSet<>();
    Set<String> networks = new TreeSet<>();
    for (ListenerSettings each : settings.listeners()) {
      String name = each.name();
      names.add(name == null ? each.bind().toString().replace("://", ":") : name);
      if (each.network() != null) {
        networks.add(each.network());
      }
    }
    limit.match().listener().forEach(e -> known(path + ".match.listener", "listener", e, names));
    limit.match().network().forEach(e -> known(path + ".match.network", "network", e, networks));
  }

  private void known(String path, String what, String name, Collection<String> all) {
    if (!all.contains(name)) {
      error(path, "there is no " + what + " `" + name + "`", name, all);
    }
  }

  private void error(String path, String text, @Nullable String near, Collection<String> all) {
    ConfigError error = plan.marks().error(path, text);
    plan.errors().add(near == null ? error : error.suggesting(near, all));
  }
}
