// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.dns.DnsResolver;
import io.fairlead.dns.Locator;
import io.fairlead.dns.UsableTransport;
import io.fairlead.dns.UsableTransports;
import io.fairlead.esl.EslConnector;
import io.fairlead.guard.Guard;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaSettings;
import io.fairlead.media.OnSilence;
import io.fairlead.media.filter.MediaFilterFactory;
import io.fairlead.media.profile.MediaProfiles;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Backend;
import io.fairlead.pool.BackendUri;
import io.fairlead.pool.Pool;
import io.fairlead.pool.PoolObserver;
import io.fairlead.pool.Pools;
import io.fairlead.pool.health.Health;
import io.fairlead.proxy.FilterSelector;
import io.fairlead.proxy.RoutingPolicy;
import io.fairlead.registrar.RegistrarObserver;
import io.fairlead.registrar.RegistrarPolicy;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.registrar.keepalive.KeepaliveRules;
import io.fairlead.registrar.upstream.Ha1Source;
import io.fairlead.registrar.upstream.ReturnedBackends;
import io.fairlead.route.RegistrationLookup;
import io.fairlead.route.Route;
import io.fairlead.route.RouteMedia;
import io.fairlead.route.Router;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipProblem;
import io.fairlead.sip.SipUri;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Bindings;
import io.fairlead.transaction.ReplyPath;
import io.fairlead.transport.Flow;
import io.fairlead.transport.FlowListener;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Transport;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All rooms joined over loops and a wire, real or virtual: one station per loop, the pools, and the
 * swap of routes and pools on reload.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class ServerCore implements FlowListener, InboundMessages.Owners {
  /** Where the records of finished calls go. */
  interface CallRecordSink {
    /** One record, on the loop with that index. */
    void write(int loop, CallRecord record);
  }

  /**
   * What a house stands on.
   *
   * @param loops all loops, by index
   * @param wire the way out
   * @param meters what is counted
   * @param log the call log
   * @param keys seal routing cookies
   * @param resolver names of next hops
   * @param observer hears of health changes
   * @param bindings where users are
   * @param clockMs epoch milliseconds
   * @param registrations hears of every change of bindings
   * @param walker runs what takes its time, off the loops
   * @param ha1s what proves our users to registrars behind us
   * @param owner says whose loop a call is; the key is nobody else's
   * @param random for what is spread, one for each that asks
   * @param esl opens event sockets
   * @param defects hears of messages whose steps throw
   * @param filters what looks at the messages of calls
   * @param guard what may come in
   */
  record Dependencies(
      List<? extends Loop> loops,
      OutboundFlows wire,
      Meters meters,
      CallRecordSink log,
      CookieKeys keys,
      DnsResolver resolver,
      PoolObserver observer,
      Bindings bindings,
      LongSupplier clockMs,
      RegistrarObserver registrations,
      Executor walker,
      Ha1Source ha1s,
      SipHash owner,
      Supplier<RandomGenerator> random,
      EslConnector esl,
      DefectListener defects,
      Filtering filters,
      Guard guard) {}

  /**
   * What looks at the messages of calls on their way.
   *
   * @param factories makes them for a loop, in the order in which a message from the caller meets
   *     them
   * @param needs which calls have which
   */
  record Filtering(Function<Loop, List<FilterFactory>> factories, FilterSelector needs) {
    /** Nothing does. */
    static final Filtering NONE = new Filtering(loop -> List.of(), FilterSelector.NONE);

    /**
     * Media as each route says, and each registrar for what its backends send over flows.
     *
     * @param engine what relays; null when nothing does
     * @param profiles that routes may name
     */
    static Filtering ofMedia(
        @Nullable MediaEngine engine, MediaProfiles profiles, MediaSettings media, Meters meters) {
      if (engine == null) {
        return NONE;
      }
      RelaySettings relay = media.relay();
      OnSilence onSilence = relay == null ? OnSilence.BYE : relay.onSilence();
      return new Filtering(
          loop ->
              List.of(
                  new MediaFilterFactory(
                      loop, engine, media.answerTimeout(), onSilence, profiles, meters)),
          (route, registrar, invite, in) -> bits(media(route, registrar), profiles));
    }

    private static RouteMedia media(
        @Nullable Route route, RoutingPolicy.@Nullable Behind registrar) {
      if (route != null) {
        return route.media();
      }
      return registrar == null ? RouteMedia.BYPASS : registrar.media();
    }

    private static int bits(RouteMedia media, MediaProfiles profiles) {
      return switch (media.mode()) {
        case BYPASS -> 0;
        case RELAY -> MediaFilterFactory.relayed(profiles.number(media.profile()));
        case AUTO -> MediaFilterFactory.relayedWhereNeeded();
      };
    }
  }

  private final Dependencies ground;
  private final SipHash owner;
  private final List<LoopComponents> stations = new ArrayList<>();
  private final InboundMessages[] inbounds;
  private final ReturnedBackends returns;
  private final RegistrarAuthentications authentications;
  private final Map<String, RegistrarSettings> registrars;
  private final Lock changing = new ReentrantLock();
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile Pools pools;
  private RoutingPolicy policy;

  ServerCore(Dependencies ground, Plan plan) {
    this.ground = ground;
    this.owner = ground.owner();
    FairleadSettings settings = plan.settings();
    this.registrars = settings.registrars();
    Locator locator =
        new Locator(
            settings.resolver(),
            ground.resolver(),
            offers(ground.wire().listeners()),
            ground.walker(),
            ground.meters());
    this.pools =
        new Pools(
            settings.pools(),
            ground.loops().size(),
            ground.loops().getFirst(),
            ground.meters(),
            new Healths(),
            (uri, loop, then) -> locator.servers(parsed(uri), loop, then),
            ground.esl());
    ReplyPath replyPath = new ReplyPath(ground.wire());
    this.policy = policy(settings, pools);
    this.authentications = new RegistrarAuthentications(ground.keys(), ground.meters());
    authentications.take(settings.registrars());
    this.inbounds = new InboundMessages[ground.loops().size()];
    LoopDialogLookup owners = new LoopDialogLookup(this, stations);
    LoopComponentsFactory maker =
        new LoopComponentsFactory(ground, settings, locator, name -> pools.get(name), owners);
    RegistrarPolicy registered = registrars(settings, policy.router());
    for (Loop loop : ground.loops()) {
      LoopComponents station = maker.of(loop, policy, registered);
      stations.add(station);
      inbounds[loop.index()] = new InboundMessages(station, this, ground, replyPath);
      inbounds[loop.index()].anyStateless(plan.anyStateless());
    }
    this.returns =
        new ReturnedBackends(
            stations.stream()
                .map(s -> new ReturnedBackends.Place(s.loop(), s.upstreams()))
                .toList(),
            ground.bindings(),
            ground.clockMs(),
            ground.walker());
  }

  private static UsableTransports offers(List<Listener> listeners) {
    return new UsableTransports(
        listeners.stream()
            .map(listener -> {
              Transport by = listener.transport();
              boolean ipv4 = listener.bound().getAddress() instanceof Inet4Address;
              return new UsableTransport(by.name(), by.defaultPort(), by.secure(), ipv4, !ipv4);
            })
            .toList());
  }

  private static SipUri parsed(BackendUri uri) {
    byte[] bytes = uri.text().getBytes(StandardCharsets.UTF_8);
    SipUri parsed = new SipUri();
    parsed.parse(bytes, 0, bytes.length);
    return parsed;
  }

  /** Tells of health changes: whoever watches, and those who register again what was lost. */
  private final class Healths implements PoolObserver {
    @Override
    public void onHealth(Pool pool, Backend backend, Health before, Health after) {
      ground.observer().onHealth(pool, backend, before, after);
      returns.onHealth(pool, backend, before, after);
    }

    @Override
    public void onPanic(Pool pool, boolean panicking) {
      ground.observer().onPanic(pool, panicking);
    }

    @Override
    public void onRestart(Pool pool, Backend backend, long startedNs) {
      ground.observer().onRestart(pool, backend, startedNs);
      new LostCallsTeardown(pool, backend, startedNs, ground.loops()).run();
    }

    // The pools are built anew off the loop: a large farm takes its time.
    @Override
    public void onServers() {
      if (renewing.compareAndSet(false, true)) {
        ground.walker().execute(ServerCore.this::renew);
      }
    }
  }

  private static void keepAlive(LoopComponents station, Map<String, RegistrarSettings> registrars) {
    station.keepalive().rules(KeepaliveRules.of(registrars.values()));
    if (!registrars.isEmpty()) {
      station.keepalive().start();
    }
  }

  private RoutingPolicy policy(FairleadSettings settings, Pools pools) {
    Map<String, List<String>> domains = new HashMap<>();
    settings.registrars().forEach((name, registrar) -> domains.put(name, registrar.domains()));
    ClusterHomeNodes homes = new ClusterHomeNodes(settings.cluster().all(), settings.registrars());
    RegistrationLookup locations =
        new RegistrationLookup(ground.bindings(), ground.clockMs(), domains, homes::elsewhere);
    return new RoutingPolicy(
        Router.of(settings.routes(), locations),
        byName(pools),
        behind(settings),
        homes,
        ground.filters().needs());
  }

  private static Map<String, Pool> byName(Pools pools) {
    Map<String, Pool> byName = new HashMap<>();
    for (Pool pool : pools.all()) {
      byName.put(pool.name(), pool);
    }
    return Map.copyOf(byName);
  }

  private static Map<String, RoutingPolicy.Behind> behind(FairleadSettings settings) {
    Map<String, RoutingPolicy.Behind> behind = new HashMap<>();
    settings
        .registrars()
        .forEach((name, registrar) -> {
          String pool = registrar.pool();
          if (pool != null) {
            behind.put(
                name,
                new RoutingPolicy.Behind(pool, registrar.upstream().direct(), registrar.media()));
          }
        });
    return Map.copyOf(behind);
  }

  private RegistrarPolicy registrars(FairleadSettings settings, Router router) {
    return new RegistrarPolicy(router, settings.registrars(), authentications.all());
  }

  /** Begins to check backends. */
  void start() {
    LoopComponents home = stations.getFirst();
    pools.start(new OptionsProber(home.loop(), home.table(), ground.wire()));
    for (LoopComponents station : stations) {
      station.loop().execute(() -> keepAlive(station, registrars));
    }
  }

  /** Swaps routes and pools on every loop; backends that stay keep what they know. */
  void reload(Plan plan) {
    changing.lock();
    try {
      change(plan);
    } finally {
      changing.unlock();
    }
  }

  /** Swaps the pools on every loop: host names have come to mean other servers. */
  private void renew() {
    changing.lock();
    try {
      renewing.set(false);
      Pools next = pools.renewed();
      pools = next;
      RoutingPolicy renewed =
          new RoutingPolicy(
              policy.router(), byName(next), policy.behind(), policy.homes(), policy.filters());
      policy = renewed;
      for (LoopComponents station : stations) {
        station.loop().execute(() -> station.proxy().policy(renewed));
      }
    } finally {
      changing.unlock();
    }
  }

  private void change(Plan plan) {
    Pools next = pools.reload(plan.settings().pools());
    pools = next;
    RoutingPolicy policy = policy(plan.settings(), next);
    this.policy = policy;
    List<RegistrarAuthentication> left = authentications.take(plan.settings().registrars());
    RegistrarPolicy registrars = registrars(plan.settings(), policy.router());
    for (LoopComponents station : stations) {
      station
          .loop()
          .execute(() -> {
            station.proxy().policy(policy);
            station.registrars().reload(registrars);
            keepAlive(station, plan.settings().registrars());
            station.upstreams().keep(registrars);
            inbounds[station.loop().index()].anyStateless(plan.anyStateless());
          });
    }
    left.forEach(RegistrarAuthentication::close);
  }

  /** From now on nothing new begins. */
  void drain() {
    for (LoopComponents station : stations) {
      station.loop().execute(station.proxy()::drain);
      station.loop().execute(station.upstreams()::drain);
    }
  }

  /** Requests still on their way: transactions that wait for an answer. */
  int unfinished() {
    int unfinished = 0;
    for (LoopComponents station : stations) {
      unfinished += station.proxy().unfinished() + station.upstreams().unfinished();
    }
    return unfinished;
  }

  /** Live calls on all loops. */
  int calls() {
    int calls = 0;
    for (LoopComponents station : stations) {
      calls += station.calls().size();
    }
    return calls;
  }

  /** Transactions on all loops, those that only linger included. */
  int transactions() {
    int transactions = 0;
    for (LoopComponents station : stations) {
      transactions += station.table().servers() + station.table().clients();
    }
    return transactions;
  }

  /** Calls that have no final answer yet, on all loops. */
  int settingUp() {
    int settingUp = 0;
    for (LoopComponents station : stations) {
      settingUp += station.calls().settingUp();
    }
    return settingUp;
  }

  /**
   * Ends the checks, answers what still waits, and writes the calls that still live into the call
   * log.
   */
  void stop() {
    pools.stop();
    stations.forEach(station -> station.loop().execute(station.keepalive()::stop));
    stations.forEach(station -> station.loop().execute(station.table()::shutdown));
    stations.forEach(station -> station.loop().execute(station.calls()::shutdown));
  }

  /** Lets go of the sources of users, when no loop runs that would take their end for an answer. */
  void close() {
    authentications.close();
  }

  Pools pools() {
    return pools;
  }

  // ---- from the wires ----

  private InboundMessages here() {
    for (int i = 0; i < inbounds.length - 1; i++) {
      if (ground.loops().get(i).inLoop()) {
        return inbounds[i];
      }
    }
    return inbounds[inbounds.length - 1];
  }

  @Override
  public void onMessage(Flow flow, byte[] bytes, int from, int to) {
    here().onMessage(flow, bytes, from, to);
  }

  @Override
  public void onBroken(Flow flow, byte[] bytes, int from, int to, SipProblem problem) {
    here().onBroken(flow, bytes, from, to, problem);
  }

  @Override
  public void onUndeliverable(Flow flow, byte[] bytes, int from, int to, String why) {
    here().onUndeliverable(flow, bytes, from, to, why);
  }

  @Override
  public void onClosed(Flow flow, String why) {
    for (InboundMessages inbound : inbounds) {
      inbound.loop().execute(() -> inbound.onClosed(flow, why));
    }
  }

  @Override
  public InboundMessages ofCall(byte[] bytes, int from, int to) {
    return inbounds.length == 1
        ? inbounds[0]
        : inbounds[(int) Long.remainderUnsigned(owner.hash(bytes, from, to), inbounds.length)];
  }

  @Override
  public InboundMessages ofRegistration(SipMessage register) {
    if (inbounds.length == 1) {
      return inbounds[0];
    }
    // One URI for all loops would be shared; one for each is not worth its place.
    SipUri to = new SipUri();
    AddressOfRecord aor =
        to.parse(register.bytes(), register.toUriFrom(), register.toUriTo())
            ? AddressOfRecord.of(to)
            : null;
    return aor == null
        ? ofCall(register.bytes(), register.callIdFrom(), register.callIdTo())
        : inbounds[ground.bindings().owner(aor)];
  }

  @Override
  public @Nullable InboundMessages ofLoop(int index) {
    return index < inbounds.length ? inbounds[index] : null;
  }
}
