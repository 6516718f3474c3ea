// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.guard.hiding.HidingSettings;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The networks that routes, pools and backends name: some listener is on each.
 *
 * <p>Owned by whoever reads the file.
 */
final class NetworkChecks {
  private final FairleadSettings settings;
  private final ValidSettings sound;
  private final SourcePositions marks;
  private final List<ConfigError> errors;

  NetworkChecks(PlanFindings plan) {
    settings = plan.sound().settings();
    sound = plan.sound();
    marks = plan.marks();
    errors = plan.errors();
  }

  /** All of them. */
  void networks() {
    Set<String> known = new TreeSet<>();
    settings
        .listeners()
        .forEach(each -> {
          if (each.network() != null) {
            known.add(each.network());
          }
        });
    HidingSettings hiding = settings.guard().topologyHiding();
    if (hiding != null) {
      network("guard.topology-hiding.network", hiding.network(), known);
    }
    settings
        .guard()
        .trust()
        .networks()
        .keySet()
        .forEach(name -> network("guard.trust.networks." + name, name, known));
    for (int i = 0; i < settings.routes().size(); i++) {
      String path = "routes[" + i + "].match.network";
      settings.routes().get(i).match().network().forEach(name -> network(path, name, known));
    }
    settings
        .pools()
        .forEach((name, pool) -> {
          String path = "pools." + name;
          network(path + ".network", pool.network(), known);
          for (int i = 0; i < pool.backends().size(); i++) {
            String own = path + ".backends[" + i + "].network";
            if (marks.has(own)) {
              network(own, pool.backends().get(i).network(), known);
            }
          }
        });
  }

  private void network(String path, @Nullable String name, Set<String> known) {
    if (name != null && !known.contains(name) && sound.whole("listeners")) {
      errors.add(
          marks.error(path, "no listener is on network `" + name + "`").suggesting(name, known));
    }
  }
}
