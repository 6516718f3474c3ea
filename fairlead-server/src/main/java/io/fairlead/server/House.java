// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.RoutingKeys;
import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.dns.Locator;
import io.fairlead.dns.Offer;
import io.fairlead.dns.Offers;
import io.fairlead.dns.Resolver;
import io.fairlead.esl.Esl;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Backend;
import io.fairlead.pool.BackendUri;
import io.fairlead.pool.Pool;
import io.fairlead.pool.PoolObserver;
import io.fairlead.pool.Pools;
import io.fairlead.pool.health.Health;
import io.fairlead.proxy.FilterNeeds;
import io.fairlead.proxy.Policy;
import io.fairlead.registrar.RegistrarObserver;
import io.fairlead.registrar.RegistrarPolicy;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.registrar.auth.Authentication;
import io.fairlead.registrar.keepalive.KeepaliveRules;
import io.fairlead.registrar.upstream.Ha1s;
import io.fairlead.registrar.upstream.Returns;
import io.fairlead.route.Locations;
import io.fairlead.route.Router;
import io.fairlead.sip.Problem;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipUri;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Bindings;
import io.fairlead.transaction.ReplyPath;
import io.fairlead.transport.Flow;
import io.fairlead.transport.FlowListener;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Wire;
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
final class House implements FlowListener, Inbound.Owners {
  /** Where the records of finished calls go. */
  interface CallLog {
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
   */
  record Ground(
      List<? extends Loop> loops,
      Wire wire,
      Meters meters,
      CallLog log,
      RoutingKeys keys,
      Resolver resolver,
      PoolObserver observer,
      Bindings bindings,
      LongSupplier clockMs,
      RegistrarObserver registrations,
      Executor walker,
      Ha1s ha1s,
      SipHash owner,
      Supplier<RandomGenerator> random,
      Esl esl,
      Defects defects,
      Filtering filters) {}

  /**
   * What looks at the messages of calls on their way.
   *
   * @param factories makes them for a loop, in the order in which a message from the caller meets
   *     them
   * @param needs which calls have which
   */
  record Filtering(Function<Loop, List<FilterFactory>> factories, FilterNeeds needs) {
    /** Nothing does. */
    static final Filtering NONE = new Filtering(loop -> List.of(), FilterNeeds.NONE);
  }

  private final Ground ground;
  private final SipHash owner;
  private final List<Station> stations = new ArrayList<>();
  private final Inbound[] inbounds;
  private final Returns returns;
  private final Authentications authentications;
  private final Map<String, RegistrarSettings> registrars;
  private final Lock changing = new ReentrantLock();
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile Pools pools;
  private Policy policy;

  House(Ground ground, Plan plan) {
    this.ground = ground;
    this.owner = ground.owner();
    Settings settings = plan.settings();
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
    this.authentications = new Authentications(ground.keys(), ground.meters());
    authentications.take(settings.registrars());
    this.inbounds = new Inbound[ground.loops().size()];
    CallOwners owners = new CallOwners(this, stations);
    Stations maker = new Stations(ground, settings, locator, name -> pools.get(name), owners);
    RegistrarPolicy registered = registrars(settings, policy.router());
    for (Loop loop : ground.loops()) {
      Station station = maker.of(loop, policy, registered);
      stations.add(station);
      inbounds[loop.index()] = new Inbound(station, this, ground, replyPath);
      inbounds[loop.index()].anyStateless(plan.anyStateless());
    }
    this.returns =
        new Returns(
            stations.stream().map(s -> new Returns.Place(s.loop(), s.upstreams())).toList(),
            ground.bindings(),
            ground.clockMs(),
            ground.walker());
  }

  private static Offers offers(List<Listener> listeners) {
    return new Offers(
        listeners.stream()
            .map(listener -> {
              Transport by = listener.transport();
              boolean ipv4 = listener.bound().getAddress() instanceof Inet4Address;
              return new Offer(by.name(), by.defaultPort(), by.secure(), ipv4, !ipv4);
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
      new Restart(pool, backend, startedNs, ground.loops()).run();
    }

    // The pools are built anew off the loop: a large farm takes its time.
    @Override
    public void onServers() {
      if (renewing.compareAndSet(false, true)) {
        ground.walker().execute(House.this::renew);
      }
    }
  }

  private static void keepAlive(Station station, Map<String, RegistrarSettings> registrars) {
    station.keepalive().rules(KeepaliveRules.of(registrars.values()));
    if (!registrars.isEmpty()) {
      station.keepalive().start();
    }
  }

  private Policy policy(Settings settings, Pools pools) {
    Map<String, List<String>> domains = new HashMap<>();
    settings.registrars().forEach((name, registrar) -> domains.put(name, registrar.domains()));
    ClusterHomes homes = new ClusterHomes(settings.cluster().all(), settings.registrars());
    Locations locations =
        new Locations(ground.bindings(), ground.clockMs(), domains, homes::elsewhere);
    return new Policy(
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

  private static Map<String, Policy.Behind> behind(Settings settings) {
    Map<String, Policy.Behind> behind = new HashMap<>();
    settings
        .registrars()
        .forEach((name, registrar) -> {
          String pool = registrar.pool();
          if (pool != null) {
            behind.put(name, new Policy.Behind(pool, registrar.upstream().direct()));
          }
        });
    return Map.copyOf(behind);
  }

  private RegistrarPolicy registrars(Settings settings, Router router) {
    return new RegistrarPolicy(router, settings.registrars(), authentications.all());
  }

  /** Begins to check backends. */
  void start() {
    Station home = stations.getFirst();
    pools.start(new OptionsProber(home.loop(), home.table(), ground.wire()));
    for (Station station : stations) {
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
      Policy renewed =
          new Policy(
              policy.router(), byName(next), policy.behind(), policy.homes(), policy.filters());
      policy = renewed;
      for (Station station : stations) {
        station.loop().execute(() -> station.proxy().policy(renewed));
      }
    } finally {
      changing.unlock();
    }
  }

  private void change(Plan plan) {
    Pools next = pools.reload(plan.settings().pools());
    pools = next;
    Policy policy = policy(plan.settings(), next);
    this.policy = policy;
    List<Authentication> left = authentications.take(plan.settings().registrars());
    RegistrarPolicy registrars = registrars(plan.settings(), policy.router());
    for (Station station : stations) {
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
    left.forEach(Authentication::close);
  }

  /** From now on nothing new begins. */
  void drain() {
    for (Station station : stations) {
      station.loop().execute(station.proxy()::drain);
      station.loop().execute(station.upstreams()::drain);
    }
  }

  /** Requests still on their way: transactions that wait for an answer. */
  int unfinished() {
    int unfinished = 0;
    for (Station station : stations) {
      unfinished += station.proxy().unfinished() + station.upstreams().unfinished();
    }
    return unfinished;
  }

  /** Live calls on all loops. */
  int calls() {
    int calls = 0;
    for (Station station : stations) {
      calls += station.calls().size();
    }
    return calls;
  }

  /** Transactions on all loops, those that only linger included. */
  int transactions() {
    int transactions = 0;
    for (Station station : stations) {
      transactions += station.table().servers() + station.table().clients();
    }
    return transactions;
  }

  /** Calls that have no final answer yet, on all loops. */
  int settingUp() {
    int settingUp = 0;
    for (Station station : stations) {
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

  private Inbound here() {
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
  public void onBroken(Flow flow, byte[] bytes, int from, int to, Problem problem) {
    here().onBroken(flow, bytes, from, to, problem);
  }

  @Override
  public void onUndeliverable(Flow flow, byte[] bytes, int from, int to, String why) {
    here().onUndeliverable(flow, bytes, from, to, why);
  }

  @Override
  public void onClosed(Flow flow, String why) {
    for (Inbound inbound : inbounds) {
      inbound.loop().execute(() -> inbound.onClosed(flow, why));
    }
  }

  @Override
  public Inbound ofCall(byte[] bytes, int from, int to) {
    return inbounds.length == 1
        ? inbounds[0]
        : inbounds[(int) Long.remainderUnsigned(owner.hash(bytes, from, to), inbounds.length)];
  }

  @Override
  public Inbound ofRegistration(SipMessage register) {
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
  public @Nullable Inbound ofLoop(int index) {
    return index < inbounds.length ? inbounds[index] : null;
  }
}
