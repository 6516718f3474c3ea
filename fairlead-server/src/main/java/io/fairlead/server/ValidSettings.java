// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.ErrorFreeRecords;
import io.fairlead.config.YamlSource;
import io.fairlead.guard.GuardSettings;
import io.fairlead.media.MediaSettings;
import io.fairlead.observe.MetricsSettings;
import io.fairlead.pool.PoolSettings;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.route.RouteSettings;
import io.fairlead.transport.ListenerSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a configuration is sound, for the checks between records, and what they must know of the
 * rest: its names, and where it stands. Where a list has an item with errors a harmless one stands
 * in, so that the others keep their places. Immutable.
 *
 * @param settings what is sound, and defaults for the rest
 * @param pools names of all pools, with errors or without
 * @param registrars names of all registrars
 * @param broken the paths of what has errors
 */
record ValidSettings(
    FairleadSettings settings, Set<String> pools, Set<String> registrars, Set<String> broken) {
  /** All of it. */
  static ValidSettings all(FairleadSettings settings) {
    return new ValidSettings(
        settings, settings.pools().keySet(), settings.registrars().keySet(), Set.of());
  }

  /** What could be bound beside errors; null when not even that can be told. */
  static @Nullable ValidSettings of(ErrorFreeRecords parts) {
    if (!Stream.of("listeners", "routes", "pools", "registrars").allMatch(parts::has)) {
      return null;
    }
    Set<String> broken = new HashSet<>();
    Map<String, @Nullable PoolSettings> pools = parts.map(PoolSettings.class, "pools");
    Map<String, @Nullable RegistrarSettings> registrars =
        parts.map(RegistrarSettings.class, "registrars");
    List<ListenerSettings> listeners =
        items(
            parts.list(ListenerSettings.class, "listeners"),
            "listeners",
            standIns -> standIns.listeners().getFirst(),
            broken);
    List<RouteSettings> routes =
        items(
            parts.list(RouteSettings.class, "routes"),
            "routes",
            standIns -> standIns.routes().getFirst(),
            broken);
    ClusterSettings cluster = parts.one(ClusterSettings.class, "cluster");
    if (cluster == null) {
      broken.add("cluster");
    }
    GuardSettings guard = parts.one(GuardSettings.class, "guard");
    if (guard == null) {
      broken.add("guard");
    }
    MediaSettings media = parts.one(MediaSettings.class, "media");
    if (media == null) {
      broken.add("media");
    }
    MetricsSettings metrics = parts.one(MetricsSettings.class, "metrics");
    FairleadSettings rest = standIns(0);
    return new ValidSettings(
        new FairleadSettings(
            listeners.isEmpty() ? rest.listeners() : listeners,
            guard == null ? rest.guard() : guard,
            routes,
            values(pools, "pools.", broken),
            values(registrars, "registrars.", broken),
            media == null ? rest.media() : media,
            rest.store(),
            rest.calls(),
            rest.forwarding(),
            rest.timers(),
            rest.resolver(),
            rest.log(),
            metrics == null ? rest.metrics() : metrics,
            rest.control(),
            cluster == null ? rest.cluster() : cluster,
            rest.tls(),
            rest.stateDir(),
            rest.loops(),
            rest.grace()),
        pools.keySet(),
        registrars.keySet(),
        Set.copyOf(broken));
  }

  private static <T extends Record> List<T> items(
      List<@Nullable T> found,
      String path,
      Function<FairleadSettings, T> standIn,
      Set<String> broken) {
    List<T> items = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      T item = found.get(i);
      if (item == null) {
        broken.add(path + "[" + i + "]");
        broken.add(path);
        item = standIn.apply(standIns(i));
      }
      items.add(item);
    }
    return items;
  }

  // It meets no other: a port that the system chooses, and a method that nobody else names.
  private static FairleadSettings standIns(int place) {
    String yaml =
        """
        listeners: [ "udp://127.0.0.1:0" ]
        routes: [ { name: stand-in-%1$d, match: { method: X-STAND-IN-%1$d }, reject: 404 } ]
        """
            .formatted(place);
    return ConfigBinder.bind(FairleadSettings.class, YamlSource.of("stand-ins", yaml)).orThrow();
  }

  private static <T extends Record> Map<String, T> values(
      Map<String, @Nullable T> found, String path, Set<String> broken) {
    Map<String, T> values = new LinkedHashMap<>();
    found.forEach((name, value) -> {
      if (value == null) {
        broken.add(path + name);
      } else {
        values.put(name, value);
      }
    });
    return values;
  }

  /** True when nothing in that list, or under that key, has errors. */
  boolean whole(String section) {
    return !broken.contains(section);
  }

  /** True for a path of what has errors, which are told already. */
  boolean isBroken(String path) {
    return broken.stream()
        .filter(each -> each.endsWith("]") || each.contains("."))
        .anyMatch(each -> path.equals(each) || path.startsWith(each + "."));
  }
}
