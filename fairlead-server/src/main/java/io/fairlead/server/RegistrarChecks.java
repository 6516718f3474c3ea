// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.registrar.PartitionSettings;
import io.fairlead.registrar.RegistrarMode;
import io.fairlead.registrar.upstream.Throttle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Registrars: that routes lead to them, who may register, whose domains and which nodes they share.
 *
 * <p>Owned by whoever reads the file.
 */
final class RegistrarChecks {
  private final FairleadSettings settings;
  private final ValidSettings sound;
  private final SourcePositions marks;
  private final List<ConfigError> errors;
  private final List<ConfigError> warnings;

  RegistrarChecks(PlanFindings plan) {
    settings = plan.sound().settings();
    sound = plan.sound();
    marks = plan.marks();
    errors = plan.errors();
    warnings = plan.warnings();
  }

  /** Users, domains, pools and the ways to them. */
  void registrars() {
    Set<String> used = new HashSet<>();
    settings.routes().forEach(route -> used.add(String.valueOf(route.registrar())));
    Set<String> located = new HashSet<>();
    settings.routes().forEach(route -> located.add(String.valueOf(route.toLocation())));
    Map<String, String> domains = new HashMap<>();
    settings
        .registrars()
        .forEach((name, registrar) -> {
          String path = "registrars." + name;
          if (!used.contains(name)) {
            warnings.add(marks.keyError(path, "no route leads to registrar `" + name + "`"));
          }
          if (registrar.mode() == RegistrarMode.LOCAL && !marks.has(path + ".users")) {
            errors.add(
                marks.keyError(
                    path,
                    "it is not said who may register: it needs `users`; `users: off` lets anybody"
                        + " register any address"));
          }
          boolean noWay = sound.whole("routes") && !located.contains(name);
          if (registrar.upstream().throttle() == Throttle.AOR && noWay) {
            errors.add(
                marks.error(
                    path + ".upstream.throttle",
                    "calls to the one Contact come back here: it needs a route with `to-location: "
                        + name
                        + "`"));
          }
          String pool = registrar.pool();
          if (pool != null && !sound.pools().contains(pool)) {
            errors.add(
                marks
                    .error(path + ".pool", "there is no pool `" + pool + "`")
                    .suggesting(pool, sound.pools()));
          }
          for (String domain : registrar.domains()) {
            String other = domains.putIfAbsent(domain.toLowerCase(Locale.ROOT), name);
            if (other != null) {
              warnings.add(
                  marks.error(
                      path + ".domains",
                      "`"
                          + domain
                          + "` is a domain of registrar `"
                          + other
                          + "` too: both change the same bindings"));
            }
          }
        });
  }

  /** The nodes among which one is divided are those of the cluster. */
  void partitions() {
    Set<String> known = settings.cluster().nodes().keySet();
    settings
        .registrars()
        .forEach((name, registrar) -> {
          PartitionSettings partition = registrar.partition();
          List<String> nodes = partition == null ? List.of() : partition.nodes();
          for (int i = 0; i < nodes.size(); i++) {
            if (!known.contains(nodes.get(i)) && sound.whole("cluster")) {
              errors.add(
                  marks.error(
                      "registrars." + name + ".partition.nodes[" + i + "]",
                      "`" + nodes.get(i) + "` is not among cluster.nodes"));
            }
          }
        });
  }
}
