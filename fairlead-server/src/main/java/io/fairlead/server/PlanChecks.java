// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.Marks;
import io.fairlead.net.HostPort;
import io.fairlead.pool.BackendSettings;
import io.fairlead.pool.BackendUri;
import io.fairlead.pool.PoolSettings;
import io.fairlead.pool.balance.Balancers;
import io.fairlead.pool.balance.HashSettings;
import io.fairlead.pool.health.GwlistSettings;
import io.fairlead.pool.health.HealthSettings;
import io.fairlead.registrar.PartitionSettings;
import io.fairlead.registrar.RegistrarMode;
import io.fairlead.registrar.upstream.Throttle;
import io.fairlead.route.AffinitySettings;
import io.fairlead.route.Finding;
import io.fairlead.route.Mode;
import io.fairlead.route.RouteChecks;
import io.fairlead.route.RouteSettings;
import io.fairlead.transport.BindAddress;
import io.fairlead.transport.ListenerSettings;
import io.fairlead.transport.Transports;
import io.fairlead.transport.tls.CertificateChecks;
import io.fairlead.transport.tls.TlsClientSettings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a configuration that need more than one record. Beside records that have errors
 * those are made that these cannot mislead.
 *
 * <p>Owned by whoever reads the file.
 */
final class PlanChecks {
  static final Comparator<ConfigError> IN_FILE_ORDER =
      Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column);

  private final Settings settings;
  private final Sound sound;
  private final Marks marks;
  private final List<ConfigError> errors = new ArrayList<>();
  private final List<ConfigError> warnings = new ArrayList<>();

  private PlanChecks(Sound sound, Marks marks) {
    this.sound = sound;
    this.settings = sound.settings();
    this.marks = marks;
  }

  /** Runs all of them; what was found, in the order of the file. */
  static PlanChecks run(Sound sound, Marks marks) {
    PlanChecks checks = new PlanChecks(sound, marks);
    checks.listeners();
    checks.certificates();
    checks.metrics();
    checks.routes();
    checks.registrars();
    checks.pools();
    checks.gateways();
    checks.networks();
    checks.partitions();
    checks.errors.addAll(MediaChecks.run(sound, marks));
    checks.errors.removeIf(error -> sound.isBroken(error.path()));
    checks.errors.sort(IN_FILE_ORDER);
    checks.warnings.sort(IN_FILE_ORDER);
    return checks;
  }

  /** What cannot work. */
  List<ConfigError> errors() {
    return errors;
  }

  /** What works but is probably not meant. */
  List<ConfigError> warnings() {
    return warnings;
  }

  private void listeners() {
    Map<String, Integer> names = new HashMap<>();
    List<ListenerSettings> all = settings.listeners();
    for (int i = 0; i < all.size(); i++) {
      String path = "listeners[" + i + "]";
      BindAddress bind = all.get(i).bind();
      for (int earlier = 0; earlier < i; earlier++) {
        BindAddress other = all.get(earlier).bind();
        if (clash(bind, other)) {
          String what = bind.equals(other) ? " is " : " clashes with " + other + ", ";
          String which = "listeners[" + earlier + "]" + (bind.equals(other) ? " already" : "");
          errors.add(marks.error(path, bind + what + which));
          break;
        }
      }
      String name = all.get(i).name();
      Integer namesake = name == null ? null : names.putIfAbsent(name, i);
      if (namesake != null) {
        errors.add(
            marks.error(
                path + ".name", "listeners[" + namesake + "] has the name `" + name + "` already"));
      }
    }
  }

  private void certificates() {
    for (int i = 0; i < settings.listeners().size(); i++) {
      ListenerSettings listener = settings.listeners().get(i);
      String path = "listeners[" + i + "]";
      String transport = listener.bind().transport();
      boolean secure = transport.equals("tls") || transport.equals("wss");
      if (secure && listener.tls() == null) {
        errors.add(
            marks.error(path, transport + " needs a certificate: `tls: { certificates: [...] }`"));
      } else if (secure) {
        add(path + ".tls", CertificateChecks.of(listener.tls()));
      }
    }
    settings
        .pools()
        .forEach((name, pool) -> {
          for (int i = 0; i < pool.backends().size(); i++) {
            TlsClientSettings tls = pool.backends().get(i).tls();
            if (tls != null) {
              add("pools." + name + ".backends[" + i + "].tls", CertificateChecks.of(tls));
            }
          }
        });
  }

  private void add(String path, List<CertificateChecks.Found> found) {
    for (CertificateChecks.Found each : found) {
      (each.wrong() ? errors : warnings).add(marks.error(path + each.path(), each.words()));
    }
  }

  private static boolean clash(BindAddress one, BindAddress other) {
    // Streams share the ports of TCP.
    return isStream(one) == isStream(other)
        && one.port() != 0
        && one.port() == other.port()
        && overlap(one.address(), other.address());
  }

  private static boolean isStream(BindAddress bind) {
    return Transports.byName(bind.transport()).reliable();
  }

  // A wildcard takes every address of its family.
  private static boolean overlap(InetAddress one, InetAddress other) {
    return one.equals(other)
        || sameFamily(one, other) && (one.isAnyLocalAddress() || other.isAnyLocalAddress());
  }

  private static boolean sameFamily(InetAddress one, InetAddress other) {
    return one.getAddress().length == other.getAddress().length;
  }

  private void metrics() {
    HostPort listen = settings.metrics().listen();
    InetAddress address = listen == null ? null : listen.address();
    if (listen == null || address == null || listen.port() == 0) {
      return;
    }
    for (int i = 0; i < settings.listeners().size(); i++) {
      BindAddress bind = settings.listeners().get(i).bind();
      boolean samePort = isStream(bind) && bind.port() == listen.port();
      if (samePort && overlap(bind.address(), address)) {
        errors.add(
            marks.error(
                "metrics.listen", listen + " clashes with " + bind + ", listeners[" + i + "]"));
      }
    }
  }

  private void routes() {
    Set<String> listeners = new TreeSet<>();
    for (ListenerSettings listener : settings.listeners()) {
      String name = listener.name();
      listeners.add(name == null ? listener.bind().toString().replace("://", ":") : name);
    }
    for (Finding finding :
        RouteChecks.check(settings.routes(), sound.pools(), sound.registrars(), listeners)) {
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

  private void registrars() {
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

  private void pools() {
    Set<String> used = new HashSet<>();
    settings.registrars().values().forEach(each -> used.add(String.valueOf(each.pool())));
    settings.routes().forEach(route -> used.add(String.valueOf(route.to())));
    settings.pools().values().stream()
        .map(PlanChecks::asked)
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

  private void gateways() {
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

  private void networks() {
    Set<String> known = new TreeSet<>();
    settings
        .listeners()
        .forEach(each -> {
          if (each.network() != null) {
            known.add(each.network());
          }
        });
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

  private void partitions() {
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
        family |= address == null || sameFamily(bind.address(), address);
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
