// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.Binder;
import io.fairlead.config.Bound;
import io.fairlead.config.ConfigError;
import io.fairlead.config.Marks;
import io.fairlead.pool.BackendSettings;
import io.fairlead.pool.PoolSettings;
import io.fairlead.pool.balance.HashSettings;
import io.fairlead.route.Finding;
import io.fairlead.route.Mode;
import io.fairlead.route.RouteChecks;
import io.fairlead.route.RouteSettings;
import io.fairlead.transport.ListenerSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that was read and checked as a whole: start, {@code check} and reload see the same errors. Immutable.
 *
 * @param file where it was read
 * @param settings what it says
 */
public record Plan(Path file, Settings settings) {
  private static final Pattern TO_OF_ROUTE = Pattern.compile("routes\\[(\\d+)]\\.to");

  /**
   * What came of reading a file.
   *
   * @param plan null when there are errors
   * @param errors all of them, in the order of the file
   * @param warnings what works but is probably not meant
   */
  public record Result(@Nullable Plan plan, List<ConfigError> errors, List<ConfigError> warnings) {}

  /** Reads and checks a file. */
  public static Result read(Path file) {
    Bound<Settings> bound = Binder.bind(Settings.class, file);
    List<ConfigError> errors = new ArrayList<>(bound.errors());
    List<ConfigError> warnings = new ArrayList<>(bound.warnings());
    Settings settings = bound.value();
    if (settings != null) {
      new Checks(settings, bound.marks(), errors, warnings).run();
    }
    return new Result(
        settings == null || !errors.isEmpty() ? null : new Plan(file, settings),
        List.copyOf(errors),
        List.copyOf(warnings));
  }

  /** The folder for what outlives a restart. */
  public Path stateDir() {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? settings.stateDir() : folder.resolve(settings.stateDir());
  }

  /** True when some route forwards without state. */
  boolean anyStateless() {
    return settings.routes().stream().anyMatch(route -> route.mode() == Mode.STATELESS);
  }

  /** The checks that need more than one record. */
  private record Checks(
      Settings settings, Marks marks, List<ConfigError> errors, List<ConfigError> warnings) {
    void run() {
      listeners();
      routes();
      pools();
    }

    private void listeners() {
      Map<String, Integer> binds = new HashMap<>();
      Map<String, Integer> names = new HashMap<>();
      List<ListenerSettings> all = settings.listeners();
      for (int i = 0; i < all.size(); i++) {
        String path = "listeners[" + i + "]";
        String bind = all.get(i).bind().toString();
        Integer twin = all.get(i).bind().port() == 0 ? null : binds.putIfAbsent(bind, i);
        if (twin != null) {
          errors.add(marks.error(path, bind + " is taken by listeners[" + twin + "] already"));
        }
        String name = all.get(i).name();
        Integer namesake = name == null ? null : names.putIfAbsent(name, i);
        if (namesake != null) {
          errors.add(
              marks.error(path + ".name", "listeners[" + namesake + "] has the name `" + name + "` already"));
        }
      }
    }

    private void routes() {
      Set<String> listeners = new TreeSet<>();
      for (ListenerSettings listener : settings.listeners()) {
        String name = listener.name();
        listeners.add(name == null ? listener.bind().toString().replace("://", ":") : name);
      }
      for (Finding finding : RouteChecks.check(settings.routes(), settings.pools().keySet(), listeners)) {
        errors.add(suggested(finding));
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
                  "without state a retransmission finds its backend again only by a hash: give pool `"
                      + route.to()
                      + "` `balance: hash`"));
        }
      }
      if (settings.routes().isEmpty()) {
        warnings.add(marks.error("routes", "there are no routes: every request outside a dialog gets 404"));
      }
    }

    private ConfigError suggested(Finding finding) {
      ConfigError error = marks.error(finding.path(), finding.message());
      Matcher route = TO_OF_ROUTE.matcher(finding.path());
      String pool =
          route.matches() ? settings.routes().get(Integer.parseInt(route.group(1))).to() : null;
      return pool == null ? error : error.suggesting(pool, settings.pools().keySet());
    }

    private void pools() {
      Set<String> used = new HashSet<>();
      settings.routes().forEach(route -> used.add(String.valueOf(route.to())));
      Set<String> spoken = new HashSet<>();
      settings.listeners().forEach(listener -> spoken.add(listener.bind().transport()));
      settings
          .pools()
          .forEach(
              (name, pool) -> {
                if (!used.contains(name)) {
                  warnings.add(marks.keyError("pools." + name, "no route leads to pool `" + name + "`"));
                }
                unreachable(name, pool.backends(), spoken);
              });
    }

    private void unreachable(String pool, List<BackendSettings> backends, Set<String> spoken) {
      for (int i = 0; i < backends.size(); i++) {
        String transport = backends.get(i).uri().transport();
        if (!spoken.contains(transport)) {
          errors.add(
              marks.error(
                  "pools." + pool + ".backends[" + i + "]",
                  "no listener speaks " + transport + ", so this backend cannot be reached"));
        }
      }
    }
  }
}
