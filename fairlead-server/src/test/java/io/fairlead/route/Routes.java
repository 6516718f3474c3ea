// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.net.Cidr;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the settings of a route as a configuration would. */
final class Routes {
  private @Nullable String name;
  private MatchSettings match = MatchSettings.ALL;
  private @Nullable String to;
  private @Nullable String registrar;
  private @Nullable String toLocation;
  private Mode mode = Mode.PROXY;
  private RewriteSettings rewrite = RewriteSettings.NONE;
  private HeaderSettings headers = HeaderSettings.NONE;
  private @Nullable Reject reject;

  static Routes to(String pool) {
    Routes routes = new Routes();
    routes.to = pool;
    return routes;
  }

  static Routes registering(String registrar) {
    return new Routes().registrar(registrar);
  }

  Routes registrar(String wanted) {
    registrar = wanted;
    return this;
  }

  static Routes toLocation(String registrar) {
    Routes routes = new Routes();
    routes.toLocation = registrar;
    return routes;
  }

  static Routes nowhere() {
    return new Routes();
  }

  static Routes rejecting(String answer) {
    return new Routes().reject(answer);
  }

  Routes reject(String answer) {
    reject = Reject.of(answer);
    return this;
  }

  Routes name(String text) {
    name = text;
    return this;
  }

  Routes mode(Mode wanted) {
    mode = wanted;
    return this;
  }

  Routes rewrite(@Nullable UserRewrite user, @Nullable String host) {
    rewrite = new RewriteSettings(user == null ? UserRewrite.NONE : user, host);
    return this;
  }

  Routes headers(Map<String, String> set, String... remove) {
    headers = new HeaderSettings(set, List.of(remove));
    return this;
  }

  /** Adds a condition: {@code "user", "3[0-9]{3}"}, {@code "header X-Tenant", "acme"}. */
  Routes when(String key, String... values) {
    List<String> texts = List.of(values);
    MatchSettings m = match;
    match =
        new MatchSettings(
            key.equals("method") ? texts : m.method(),
            key.equals("user") ? patterns(values) : m.user(),
            key.equals("host") ? patterns(values) : m.host(),
            key.equals("from") ? patterns(values) : m.from(),
            key.equals("to") ? patterns(values) : m.to(),
            key.equals("source") ? texts.stream().map(Cidr::parse).toList() : m.source(),
            key.equals("listener") ? texts : m.listener(),
            key.equals("transport") ? texts : m.transport(),
            key.equals("network") ? texts : m.network(),
            headers(m, key, values),
            key.equals("location") ? texts : m.location());
    return this;
  }

  private static Map<String, List<TextPattern>> headers(
      MatchSettings m, String key, String... values) {
    Map<String, List<TextPattern>> headers = new LinkedHashMap<>(m.header());
    if (key.startsWith("header ")) {
      headers.put(key.substring("header ".length()), patterns(values));
    }
    return headers;
  }

  private static List<TextPattern> patterns(String... values) {
    return Arrays.stream(values).map(TextPattern::parse).toList();
  }

  RouteSettings settings() {
    return new RouteSettings(
        name,
        match,
        to,
        registrar,
        toLocation,
        ForkOrder.PARALLEL,
        Duration.ofSeconds(20),
        Duration.ofSeconds(10),
        mode,
        rewrite,
        headers,
        reject,
        null,
        null,
        RouteMedia.BYPASS);
  }

  static List<RouteSettings> list(Routes... routes) {
    return Arrays.stream(routes).map(Routes::settings).toList();
  }

  static Router knowing(RegistrationLookup locations, Routes... routes) {
    return Router.of(list(routes), locations);
  }

  static Router router(Routes... routes) {
    return Router.of(list(routes));
  }
}
