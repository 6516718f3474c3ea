// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.Durations;
import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.guard.GuardExplanation;
import io.fairlead.guard.GuardSettings;
import io.fairlead.guard.limit.LimitExplanation;
import io.fairlead.net.HostPort;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.BackendSettings;
import io.fairlead.pool.PoolSettings;
import io.fairlead.pool.affinity.RendezvousHash;
import io.fairlead.registrar.RegistrarMode;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.route.AffinitySettings;
import io.fairlead.route.Reject;
import io.fairlead.route.Route;
import io.fairlead.route.RouteExplanation;
import io.fairlead.route.Router;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipProblem;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.BindAddress;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.ListenerSettings;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a plan would do with a message, in words, without sending anything. Immutable. */
public final class Explain {
  private static final HostPort ANYBODY = new HostPort("127.0.0.1", 5060);

  /** A flow that leads nowhere. */
  private record Imagined(Listener listener, InetSocketAddress remote) implements Flow {
    @Override
    public void send(byte[] bytes, int from, int to) {}

    @Override
    public boolean open() {
      return true;
    }
  }

  private Explain() {}

  /**
   * Explains.
   *
   * @param message one SIP message
   * @param source where it is supposed to come from, {@code 192.0.2.7:5060}; null for this machine
   * @param listener name of the listener it is supposed to reach; null for the first
   * @throws IllegalArgumentException when the source is no address or there is no such listener
   */
  public static List<String> explain(
      Plan plan, byte[] message, @Nullable String source, @Nullable String listener) {
    Flow flow = new Imagined(listener(plan, listener), source(source));
    List<String> lines = new ArrayList<>();
    lines.add("from     " + shown(flow.remote()) + " to listener " + flow.listener().name());
    SipMessage parsed = new SipParser().parse(message, 0, message.length);
    if (parsed == null) {
      lines.add("message  is not SIP: dropped and counted");
      return lines;
    }
    SipProblem problem = parsed.problem();
    if (problem != null) {
      lines.add(
          "message  "
              + (isAnswered(parsed) ? "answered " + problem.status() : "dropped and counted")
              + ": "
              + problem.reason());
      return lines;
    }
    if (!(parsed instanceof SipRequest request)) {
      lines.add("message  a response: goes the way its Via says, no route is asked");
      return lines;
    }
    lines.add("message  " + request.methodText() + " " + request.uri());
    if (request.hasToTag()) {
      lines.add(
          "         inside a dialog: goes where its Route says, no route is asked; outside one it"
              + " would be:");
    }
    GuardExplanation.Arrival arrival =
        new GuardExplanation(plan.settings().guard())
            .arrival(flow, request, isBackend(plan, flow) || isNode(plan, flow));
    arrival.lines().forEach(said -> lines.add("guard    " + said));
    if (!arrival.passes()) {
      return lines;
    }
    RefusalCause refusal = refusal(request);
    if (refusal == null) {
      routes(plan, request, flow, lines);
    } else {
      lines.add("answer   " + refusal.status() + " " + refusal.reason() + ": " + refusal.doc());
    }
    return lines;
  }

  // A response is sent only where a Via says how, and never to an ACK.
  private static boolean isAnswered(SipMessage malformed) {
    return malformed instanceof SipRequest request
        && request.hasVia()
        && request.method() != Method.ACK;
  }

  // What is refused before a route is asked (RFC 3261 §16.3).
  private static @Nullable RefusalCause refusal(SipRequest request) {
    if (request.maxForwards() == 0) {
      return RefusalCause.TOO_MANY_HOPS;
    }
    return request.has(HeaderName.PROXY_REQUIRE) ? RefusalCause.BAD_EXTENSION : null;
  }

  private static void routes(Plan plan, SipRequest request, Flow flow, List<String> lines) {
    Router router = Router.of(plan.settings().routes());
    Route taken = null;
    for (RouteExplanation one : router.explain(request, flow)) {
      String verdict = one.taken() ? "TAKEN" : one.matches() ? "too late" : "no";
      lines.add("route    " + one.route() + ": " + verdict + ", " + one.why());
      taken = one.taken() ? router.routes().get(one.index()) : taken;
    }
    if (taken == null) {
      lines.add("answer   404: no route matches");
      if (!plan.settings().guard().limits().isEmpty()) {
        lines.add("         so no limit is asked; with a route that takes it it would be:");
        limits(plan, request, flow, null, lines);
      }
      return;
    }
    if (taken.registrar() == null) {
      limits(plan, request, flow, taken, lines);
    }
    Reject reject = taken.reject();
    if (reject != null) {
      lines.add("answer   " + reject.status() + " " + reject.reason());
      return;
    }
    RegistrarSettings registrar =
        plan.settings().registrars().get(String.valueOf(taken.registrar()));
    if (registrar != null) {
      registrar(String.valueOf(taken.registrar()), registrar, request, lines);
      return;
    }
    changes(request, taken, lines);
    location(taken, lines);
    PoolSettings pool = plan.settings().pools().get(String.valueOf(taken.pool()));
    if (pool != null) {
      pool(String.valueOf(taken.pool()), pool, taken, lines);
      affinity(String.valueOf(taken.pool()), pool, taken, request, lines);
    }
    String to = pool == null ? null : pool.network();
    new GuardExplanation(plan.settings().guard())
        .call(flow, request, taken.name(), taken.pool(), to)
        .forEach(said -> lines.add("guard    " + said));
    String media = MediaExplanation.of(plan.settings(), request, taken, flow.listener());
    if (media != null) {
      lines.add("media    " + media);
    }
  }

  private static void limits(
      Plan plan, SipRequest request, Flow flow, @Nullable Route taken, List<String> lines) {
    GuardSettings guard = plan.settings().guard();
    String route = taken == null ? null : taken.name();
    String pool = taken == null ? null : taken.pool();
    if (!guard.limits().isEmpty()) {
      new LimitExplanation(guard.limits(), guard.allow(), new EmergencyNumbers(guard.emergency()))
          .lines(request, flow, route, pool, isBackend(plan, flow))
          .forEach(line -> lines.add("limit    " + line));
    }
  }

  private static boolean isBackend(Plan plan, Flow flow) {
    InetAddress source = flow.remote().getAddress();
    return plan.settings().pools().values().stream()
        .flatMap(pool -> pool.backends().stream())
        .map(backend -> backend.uri().address())
        .anyMatch(address -> address != null && address.equals(source));
  }

  private static boolean isNode(Plan plan, Flow flow) {
    return plan.settings().cluster().all().isNode(flow);
  }

  private static void affinity(
      String name, PoolSettings pool, Route taken, SipRequest request, List<String> lines) {
    AffinitySettings affinity = taken.affinity();
    if (affinity == null) {
      return;
    }
    String key = affinity.key().of(request);
    if (key == null) {
      lines.add("affinity the request has no " + affinity.key() + ": balanced as usual");
      return;
    }
    String scope = affinity.scope(name);
    String otherwise =
        switch (affinity.mode()) {
          case STICKY -> "else as the pool balances";
          case RENDEZVOUS -> "else by hash" + byHash(pool, RendezvousHash.key(scope, key));
          case DISCOVERED -> "else by hash" + byHash(pool, RendezvousHash.key(scope, key));
        };
    String mode = affinity.mode().name().toLowerCase(Locale.ROOT);
    lines.add("affinity key " + key + ", scope " + scope + ", mode " + mode);
    String told =
        affinity.mode() == AffinitySettings.Mode.DISCOVERED
            ? "where an event socket says that it lives, else "
            : "";
    lines.add("home     " + told + "where calls with the key live, " + otherwise);
  }

  // The servers behind a host name are not asked for here.
  private static String byHash(PoolSettings pool, long key) {
    BackendSettings best = null;
    double lowest = Double.POSITIVE_INFINITY;
    for (BackendSettings backend : pool.backends()) {
      if (backend.uri().address() == null) {
        return "";
      }
      double cost = RendezvousHash.cost(key, backend.title(), backend.weight());
      boolean before = best != null && backend.priority() < best.priority();
      boolean beside = best == null || backend.priority() == best.priority();
      if (backend.weight() > 0 && (before || beside && cost < lowest)) {
        best = backend;
        lowest = cost;
      }
    }
    return best == null ? "" : ": " + best.title() + " while all are healthy";
  }

  private static void registrar(
      String name, RegistrarSettings registrar, SipRequest request, List<String> lines) {
    String mode = registrar.mode().name().toLowerCase(Locale.ROOT);
    String domains = String.join(", ", registrar.domains());
    lines.add("registrar " + name + ": " + mode + ", domains " + domains);
    SipUri to = new SipUri();
    boolean readable =
        to.parse(request.bytes(), request.toUriFrom(), request.toUriTo()) && to.isSip();
    if (!readable) {
      lines.add("answer   400 Bad Request: To is no sip or sips URI");
    } else if (registrar.domains().stream().noneMatch(to.host()::equalsIgnoreCase)) {
      lines.add("answer   404 Not Found: " + RefusalCause.WRONG_DOMAIN.doc());
    } else if (registrar.mode() != RegistrarMode.LOCAL) {
      lines.add("pool     " + registrar.pool() + ": the registrars behind us, each user at one");
    } else if (registrar.users() == null) {
      lines.add("answer   as RFC 3261 section 10.3 says; nobody is asked for a password");
    } else {
      lines.add("users    asked for the password: " + registrar.users().name());
    }
  }

  // The lines that the route's rewrite and header rules take away and bring.
  private static void changes(SipRequest request, Route route, List<String> lines) {
    Edit edit = new Edit().on(request);
    route.edit(request, edit);
    SipWriter out = new SipWriter();
    edit.write(out);
    List<String> before = request.toString().lines().toList();
    List<String> after = out.toString().lines().toList();
    before.stream()
        .filter(line -> !after.contains(line))
        .forEach(line -> lines.add("rewrite  - " + line));
    after.stream()
        .filter(line -> !before.contains(line))
        .forEach(line -> lines.add("rewrite  + " + line));
  }

  private static void location(Route taken, List<String> lines) {
    String registrar = taken.location();
    if (registrar != null) {
      lines.add(
          "location "
              + registrar
              + ": to each device of the user over its flow, "
              + taken.fork().name().toLowerCase(java.util.Locale.ROOT)
              + ", ring-time "
              + Durations.text(taken.ringTime()));
      lines.add("answer   480 when the user has none");
    }
  }

  private static void pool(String name, PoolSettings pool, Route taken, List<String> lines) {
    lines.add(
        "pool     "
            + name
            + ": "
            + pool.balance().kind().name()
            + ", mode "
            + taken.mode().name().toLowerCase(java.util.Locale.ROOT));
    lines.add("pick     " + pool.balance().kind().doc());
    String resource = taken.resource();
    if (resource != null) {
      lines.add("resource " + resource + ": a call takes one of it until it ends");
    }
    for (BackendSettings backend : pool.backends()) {
      lines.add(
          "backend  "
              + backend.title()
              + ": "
              + backend.uri()
              + ", weight "
              + backend.weight()
              + ", priority "
              + backend.priority()
              + (backend.maxCalls() == null ? "" : ", max-calls " + backend.maxCalls())
              + (backend.maxCps() == null ? "" : ", max-cps " + backend.maxCps())
              + (resource == null ? "" : ", " + has(backend, resource)));
    }
  }

  private static String has(BackendSettings backend, String resource) {
    int capacity = backend.resources().getOrDefault(resource, 0);
    return capacity == 0 ? "no " + resource + ": never gets it" : resource + " " + capacity;
  }

  private static Listener listener(Plan plan, @Nullable String wanted) {
    List<ListenerSettings> all = plan.settings().listeners();
    List<Listener> listeners = new ArrayList<>();
    for (ListenerSettings one : all) {
      BindAddress bind = one.bind();
      String given = one.name();
      String name = given == null ? bind.toString().replace("://", ":") : given;
      String place = bind.toString().substring(bind.transport().length() + 3);
      listeners.add(
          new Listener(
              listeners.size(),
              name,
              Transports.byName(bind.transport()),
              bind.socketAddress(),
              place,
              one.network() == null ? "" : one.network()));
    }
    if (wanted == null) {
      return listeners.getFirst();
    }
    return listeners.stream()
        .filter(listener -> listener.name().equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no listener `" + wanted + "`; there are " + names(listeners)));
  }

  private static String names(List<Listener> listeners) {
    return listeners.stream().map(Listener::name).collect(Collectors.joining(", "));
  }

  private static InetSocketAddress source(@Nullable String text) {
    HostPort place = text == null ? ANYBODY : HostPort.parse(text);
    InetAddress address = place.address();
    if (address == null) {
      throw new IllegalArgumentException(
          "the source must be an address and port such as 192.0.2.7:5060, not `" + text + "`");
    }
    return new InetSocketAddress(address, place.port());
  }

  private static String shown(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
