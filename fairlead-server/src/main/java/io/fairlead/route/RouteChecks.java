// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.NameSpelling;
import io.fairlead.net.Cidr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What can be wrong with the routes only as a whole, or with the names they use. Used once per
 * load.
 *
 * <p>Owned by whoever reads the configuration.
 */
public final class RouteChecks {
  private final List<RouteSettings> routes;
  private final List<String> names;
  private final List<RouteProblem> findings = new ArrayList<>();

  private RouteChecks(List<RouteSettings> routes) {
    this.routes = routes;
    this.names = Router.names(routes);
  }

  /**
   * Checks the routes, in their order.
   *
   * @param pools names of all pools
   * @param registrars names of all registrars
   * @param listeners names of all listeners
   */
  public static List<RouteProblem> check(
      List<RouteSettings> routes,
      Set<String> pools,
      Set<String> registrars,
      Set<String> listeners) {
    RouteChecks checks = new RouteChecks(routes);
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < routes.size(); i++) {
      checks.outcome(i, pools, registrars);
      checks.conditions(i, listeners);
      Integer earlier = places.putIfAbsent(checks.names.get(i), i);
      if (earlier != null) {
        String other = "routes[" + earlier + "] has the name `" + checks.names.get(i) + "` already";
        checks.find(i, "name", other);
      }
      checks.reach(i);
    }
    return List.copyOf(checks.findings);
  }

  private void find(int route, String key, String message) {
    findings.add(new RouteProblem(path(route, key), message, null));
  }

  private void unknown(int route, String key, String noun, String name, Set<String> names) {
    String message = "there is no " + noun + " `" + name + "`" + known(names);
    findings.add(new RouteProblem(path(route, key), message, NameSpelling.nearest(name, names)));
  }

  private static String path(int route, String key) {
    return "routes[" + route + "]" + (key.isEmpty() ? "" : "." + key);
  }

  /** Where a route leads, by key; a good one has exactly one. */
  static List<String> outcomes(RouteSettings route) {
    List<String> keys = new ArrayList<>();
    if (route.to() != null) {
      keys.add("to");
    }
    if (route.toLocation() != null) {
      keys.add("to-location");
    }
    if (route.registrar() != null) {
      keys.add("registrar");
    }
    if (route.reject() != null) {
      keys.add("reject");
    }
    return keys;
  }

  private void outcome(int i, Set<String> pools, Set<String> registrars) {
    RouteSettings route = routes.get(i);
    List<String> outcomes = outcomes(route);
    if (outcomes.isEmpty()) {
      find(i, "", "the route leads nowhere: it needs `to`, `to-location`, `registrar` or `reject`");
    } else if (outcomes.size() > 1) {
      find(i, outcomes.getFirst(), "only one of `" + String.join("` and `", outcomes) + "` can be");
    }
    known(i, "to", "pool", route.to(), pools);
    known(i, "registrar", "registrar", route.registrar(), registrars);
    known(i, "to-location", "registrar", route.toLocation(), registrars);
    for (String location : route.match().location()) {
      known(i, "match.location", "registrar", location, registrars);
    }
    if (route.reject() != null) {
      changesNothing(i, "since the route rejects");
    }
    if (route.registrar() != null) {
      registrar(i);
    }
    if (route.toLocation() != null) {
      toLocation(i);
    }
    if (route.affinity() != null) {
      affinity(i, route.affinity());
    }
    if (route.resource() != null) {
      resource(i);
    }
  }

  private void resource(int i) {
    RouteSettings route = routes.get(i);
    if (route.to() == null) {
      find(i, "resource", "this has no effect, since only backends of a pool have resources");
    } else if (route.mode() != Mode.PROXY) {
      find(i, "resource", "it needs `mode: proxy`, since only that knows when a call ends");
    }
  }

  private void affinity(int i, AffinitySettings affinity) {
    RouteSettings route = routes.get(i);
    String pool = route.to();
    if (pool == null) {
      find(i, "affinity", "a key lives on a backend of a pool: the route needs `to`");
      return;
    }
    if (route.mode() == Mode.STATELESS) {
      find(i, "affinity", "without state nobody knows when a call ends: it needs `mode: proxy`");
    } else if (route.mode() == Mode.REDIRECT) {
      find(i, "affinity", "a redirected call is not seen again: it needs `mode: proxy`");
    }
    String scope = affinity.scope(pool);
    for (int earlier = 0; earlier < i; earlier++) {
      String other = routes.get(earlier).to();
      AffinitySettings its = routes.get(earlier).affinity();
      if (its != null && other != null && !other.equals(pool) && its.scope(other).equals(scope)) {
        find(
            i,
            "affinity",
            "routes["
                + earlier
                + "] has the scope `"
                + scope
                + "` too, but leads to pool `"
                + other
                + "`: a key cannot live in two pools");
        return;
      }
    }
  }

  private void toLocation(int i) {
    RouteSettings route = routes.get(i);
    if (route.match().method().equals(List.of("REGISTER"))) {
      find(i, "to-location", "a REGISTER is for a registrar: write `registrar` instead");
    }
    if (route.mode() != Mode.PROXY) {
      find(i, "mode", "this has no effect, since devices are always reached with state");
    }
    if (!route.rewrite().isEmpty()) {
      find(i, "rewrite", "this has no effect, since a device gets its own Contact");
    }
  }

  private void known(int i, String key, String noun, @Nullable String name, Set<String> names) {
    if (name != null && !names.contains(name)) {
      unknown(i, key, noun, name, names);
    }
  }

  private void registrar(int i) {
    RouteSettings route = routes.get(i);
    if (!route.match().method().equals(List.of("REGISTER"))) {
      find(i, "registrar", "a registrar takes REGISTER only: write `match: { method: REGISTER }`");
    }
    if (route.mode() != Mode.PROXY) {
      find(i, "mode", "this has no effect, since the registrar says what becomes of the request");
    }
    changesNothing(i, "since a registrar takes the request");
  }

  private void changesNothing(int i, String why) {
    RouteSettings route = routes.get(i);
    if (!route.rewrite().isEmpty()) {
      find(i, "rewrite", "this has no effect, " + why);
    }
    if (!route.headers().isEmpty()) {
      find(i, "headers", "this has no effect, " + why);
    }
  }

  private static String known(Set<String> names) {
    return switch (names.size()) {
      case 0 -> "; there is none at all";
      case 1 -> "; there is only `" + names.iterator().next() + "`";
      default -> "; there are `" + String.join("`, `", names.stream().sorted().toList()) + "`";
    };
  }

  private void conditions(int i, Set<String> listeners) {
    MatchSettings match = routes.get(i).match();
    for (String listener : match.listener()) {
      if (!listeners.contains(listener)) {
        unknown(i, "match.listener", "listener", listener, listeners);
      }
    }
    upperCase(i, "match.from", match.from());
    upperCase(i, "match.to", match.to());
  }

  private void upperCase(int i, String key, List<TextPattern> patterns) {
    for (TextPattern pattern : patterns) {
      if (pattern.upperCaseHost()) {
        find(i, key, "`" + pattern + "` never matches: write the host in lower case");
      }
    }
  }

  private void reach(int i) {
    for (int earlier = 0; earlier < i; earlier++) {
      MatchSettings before = routes.get(earlier).match();
      if (covers(before, routes.get(i).match())) {
        String why = before.isEmpty() ? " takes every request" : " takes all of these requests";
        findings.add(
            RouteProblem.unreachable(
                path(i, ""), "routes[" + earlier + "] (" + names.get(earlier) + ")" + why));
        return;
      }
    }
  }

  /**
   * Whether every request that the second takes is taken by the first; false when that is not
   * easily seen.
   */
  private static boolean covers(MatchSettings first, MatchSettings second) {
    return covers(first.method(), second.method(), String::equals)
        && covers(first.listener(), second.listener(), String::equals)
        && covers(first.transport(), second.transport(), String::equals)
        && covers(first.network(), second.network(), String::equals)
        && covers(first.source(), second.source(), RouteChecks::covers)
        && covers(first.user(), second.user(), TextPattern::covers)
        && covers(forLowerCase(first.host()), forLowerCase(second.host()), TextPattern::covers)
        && covers(first.from(), second.from(), RouteChecks::coversAddress)
        && covers(first.to(), second.to(), RouteChecks::coversAddress)
        && covers(first.location(), second.location(), String::equals)
        && coversHeaders(first.header(), second.header());
  }

  private static List<TextPattern> forLowerCase(List<TextPattern> patterns) {
    return patterns.stream().map(TextPattern::forLowerCase).toList();
  }

  private static boolean covers(Cidr first, Cidr second) {
    return first.prefix() <= second.prefix() && first.contains(second.address());
  }

  // With an @, a pattern is for another text than without.
  private static boolean coversAddress(TextPattern first, TextPattern second) {
    return first.hasAt() == second.hasAt() && first.covers(second);
  }

  private static boolean coversHeaders(
      Map<String, List<TextPattern>> first, Map<String, List<TextPattern>> second) {
    Map<HeaderKey, List<TextPattern>> asked = new HashMap<>();
    second.forEach((name, patterns) -> asked.put(HeaderKey.of(name), patterns));
    for (Map.Entry<String, List<TextPattern>> entry : first.entrySet()) {
      List<TextPattern> also = asked.get(HeaderKey.of(entry.getKey()));
      if (also == null || !covers(entry.getValue(), also, TextPattern::covers)) {
        return false;
      }
    }
    return true;
  }

  // An empty list asks nothing; else each item of the second must lie within one of the first.
  private static <T> boolean covers(
      Collection<T> first, Collection<T> second, BiPredicate<T, T> within) {
    if (first.isEmpty()) {
      return true;
    }
    return !second.isEmpty()
        && second.stream().allMatch(s -> first.stream().anyMatch(f -> within.test(f, s)));
  }
}
