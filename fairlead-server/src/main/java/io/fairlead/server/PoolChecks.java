// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.pool.BackendSettings;
import io.fairlead.pool.BackendUri;
import io.fairlead.pool.PoolSettings;
import io.fairlead.pool.health.GwlistSettings;
import io.fairlead.pool.health.HealthSettings;
import io.fairlead.transport.BindAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pools and their backends: that something leads to them, that some listener reaches them, and that
 * the pool which is asked for gateways can be asked.
 *
 * <p>Owned by whoever reads the file.
 */
final class PoolChecks {
  private final FairleadSettings settings;
  private final ValidSettings sound;
  private final SourcePositions marks;
  private final List<ConfigError> errors;
  private final List<ConfigError> warnings;

  PoolChecks(PlanFindings plan) {
    settings = plan.sound().settings();
    sound = plan.sound();
    marks = plan.marks();
    errors = plan.errors();
    warnings = plan.warnings();
  }

  /** That they are used, and their backends reached. After the checks of what leads to pools. */
  void pools() {
    Set<String> used = new HashSet<>();
    settings.registrars().values().forEach(each -> used.add(String.valueOf(each.pool())));
    settings.routes().forEach(route -> used.add(String.valueOf(route.to())));
    settings.pools().values().stream()
        .map(PoolChecks::asked)
        .filter(Objects::nonNull)
        .forEach(used::add);
    // With a misspelt name, or no route at all, that is said already.
    boolean sure = !used.isEmpty() && errors.stream().noneMatch(error -> error.nearest() != null);
    settings
        .pools()
        .forEach((name, pool) -> {
          if (sure && !used.contains(name)) {
            warnings.add(marks.keyError("pools." + name, "no route leads to pool `" + name + "`"));
          }
          List<BackendSettings> backends = pool.backends();
          for (int i = 0; i < backends.size(); i++) {
            backend("pools." + name + ".backends[" + i + "]", backends.get(i));
          }
        });
  }

  // The pool whose FreeSWITCHes are asked how the backends of this one are, or null.
  private static @Nullable String asked(PoolSettings pool) {
    HealthSettings health = pool.health();
    return health != null && health.method().settings() instanceof GwlistSettings gwlist
        ? gwlist.pool()
        : null;
  }

  /** The pools asked by `gwlist`. */
  void gateways() {
    settings
        .pools()
        .forEach((name, pool) -> {
          String asked = asked(pool);
          if (asked == null) {
            return;
          }
          String inside = "pools." + name + ".health.method.gwlist.pool";
          String path = marks.has(inside) ? inside : "pools." + name + ".health.gwlist.pool";
          PoolSettings farm = settings.pools().get(asked);
          if (!sound.pools().contains(asked)) {
            errors.add(
                marks
                    .error(path, "there is no pool `" + asked + "`")
                    .suggesting(asked, sound.pools()));
          } else if (farm != null
              && farm.backends().stream().allMatch(backend -> backend.esl() == null)) {
            errors.add(
                marks.error(
                    path,
                    "pool `" + asked + "` has no `esl`, so its FreeSWITCHes cannot be asked"));
          }
        });
  }

  private void backend(String path, BackendSettings its) {
    BackendUri uri = its.uri();
    String network = its.network();
    InetAddress address = uri.address();
    boolean spoken = false;
    boolean family = false;
    for (int i = 0; i < settings.listeners().size(); i++) {
      BindAddress bind = settings.listeners().get(i).bind();
      boolean side = network == null || network.equals(settings.listeners().get(i).network());
      if (side && bind.transport().equals(uri.transport())) {
        spoken = true;
        family |= address == null || ListenerChecks.sameFamily(bind.address(), address);
        if (bind.port() == uri.port() && bind.address().equals(address)) {
          warnings.add(
              marks.error(
                  path, "this is listeners[" + i + "] itself: calls would go round in a circle"));
        }
      }
    }
    if (uri.transportByDns() || !sound.whole("listeners")) {
      return;
    }
    if (!spoken) {
      String where = network == null ? "" : " of network `" + network + "`";
      errors.add(
          marks.error(path, cannotReach("listener" + where + " speaks " + uri.transport(), uri)));
    } else if (!family) {
      String version = address instanceof Inet6Address ? "IPv6" : "IPv4";
      errors.add(
          marks.error(
              path,
              cannotReach(uri.transport() + " listener has an " + version + " address", uri)));
    }
  }

  private static String cannotReach(String missing, BackendUri uri) {
    return "no " + missing + ", so `" + uri + "` cannot be reached";
  }
}
