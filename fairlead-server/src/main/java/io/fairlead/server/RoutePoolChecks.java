// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.pool.PoolSettings;
import io.fairlead.pool.balance.Balancers;
import io.fairlead.pool.balance.HashSettings;
import io.fairlead.route.AffinitySettings;
import io.fairlead.route.Mode;
import io.fairlead.route.RouteChecks;
import io.fairlead.route.RouteProblem;
import io.fairlead.route.RouteSettings;
import io.fairlead.route.Router;
import io.fairlead.transport.ListenerSettings;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What routes ask of pools, registrars and listeners: that these are there, and can do it.
 *
 * <p>Owned by whoever reads the file.
 */
final class RoutePoolChecks {
  private final FairleadSettings settings;
  private final ValidSettings sound;
  private final SourcePositions marks;
  private final List<ConfigError> errors;
  private final List<ConfigError> warnings;

  RoutePoolChecks(PlanFindings plan) {
    settings = plan.sound().settings();
    sound = plan.sound();
    marks = plan.marks();
    errors = plan.errors();
    warnings = plan.warnings();
  }

  /** All of them. */
  void routes() {
    Set<String> listeners = new TreeSet<>();
    for (ListenerSettings listener : settings.listeners()) {
      String name = listener.name();
      listeners.add(name == null ? listener.bind().toString().replace("://", ":") : name);
    }
    for (RouteProblem finding :
        RouteChecks.check(settings.routes(), sound.pools(), sound.registrars(), listeners)) {
      if (forLimit(finding)) {
        continue;
      }
      if (sound.whole("listeners") || !finding.path().endsWith("match.listener")) {
        errors.add(marks.error(finding.path(), finding.message()).suggesting(finding.nearest()));
      }
    }
    for (int i = 0; i < settings.routes().size(); i++) {
      RouteSettings route = settings.routes().get(i);
      PoolSettings pool = settings.pools().get(String.valueOf(route.to()));
      if (route.mode() == Mode.STATELESS
          && pool != null
          && !(pool.balance().settings() instanceof HashSettings)) {
        errors.add(
            marks.error(
                "routes[" + i + "].mode",
                "without state only a hash sends a retransmission to the same backend again: pool `"
                    + route.to()
                    + "` needs `balance: hash`, not "
                    + pool.balance().name()));
      }
      resource("routes[" + i + "].resource", route.resource(), pool);
    }
    for (int i = 0; i < settings.routes().size(); i++) {
      affinity(i, settings.routes().get(i));
    }
    if (settings.routes().isEmpty() && settings.media().ng() == null) {
      warnings.add(
          marks.error("routes", "there are no routes: every request outside a dialog gets 404"));
    }
  }

  // A route that a limit leads to needs no request of its own.
  private boolean forLimit(RouteProblem finding) {
    List<String> names = Router.names(settings.routes());
    return finding.isUnreachable()
        && settings.guard().limits().stream()
            .map(limit -> limit.over().route())
            .filter(Objects::nonNull)
            .anyMatch(name -> finding.path().equals("routes[" + names.indexOf(name) + "]"));
  }

  private void resource(String path, @Nullable String resource, @Nullable PoolSettings pool) {
    if (resource == null || pool == null) {
      return;
    }
    Set<String> known = new TreeSet<>();
    pool.backends().forEach(backend -> known.addAll(backend.resources().keySet()));
    if (!known.contains(resource)) {
      errors.add(
          marks
              .error(path, "no backend of the pool names `" + resource + "` in its `resources`")
              .suggesting(resource, known));
    }
  }

  private void affinity(int i, RouteSettings route) {
    AffinitySettings affinity = route.affinity();
    PoolSettings pool = settings.pools().get(String.valueOf(route.to()));
    if (affinity == null || pool == null) {
      return;
    }
    String path = "routes[" + i + "].affinity";
    if (Balancers.forksToAll(pool.balance().name())) {
      errors.add(
          marks.error(
              path, "pool `" + route.to() + "` calls all backends at once: no key lives on one"));
    }
    if (affinity.mode() == AffinitySettings.Mode.DISCOVERED
        && pool.backends().stream().allMatch(backend -> backend.esl() == null)) {
      errors.add(
          marks.error(
              path + ".mode",
              "only FreeSWITCH's event socket tells where rooms live: pool `"
                  + route.to()
                  + "` needs `esl`"));
    }
    if (pool.health() == null) {
      warnings.add(
          marks.error(
              path,
              "pool `"
                  + route.to()
                  + "` has `health: off`: a key stays on a backend that died as long as calls there"
                  + " count as live"));
    }
  }
}
