// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dns.DnsResolver;
import io.fairlead.dns.Locator;
import io.fairlead.dns.UsableTransport;
import io.fairlead.dns.UsableTransports;
import io.fairlead.esl.EslConnector;
import io.fairlead.guard.Guard;
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
import io.fairlead.proxy.RoutingPolicy;
import io.fairlead.registrar.RegistrarObserver;
import io.fairlead.registrar.RegistrarPolicy;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.registrar.auth.RegistrarAuthentication;
import io.fairlead.registrar.keepalive.KeepaliveRules;
import io.fairlead.registrar.upstream.Ha1Source;
import io.fairlead.registrar.upstream.ReturnedBackends;
import io.fairlead.route.Router;
import io.fairlead.sip.SipUri;
import io.fairlead.store.Bindings;
import io.fairlead.transaction.ReplyPath;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Transport;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * All rooms joined over loops and a wire, real or virtual: one station per loop, the pools, and the
 * swap of routes and pools on reload.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class ServerCore {
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
      InstalledFilters filters,
      Guard guard) {
    /** What leaves passes the guard. */
    Dependencies {
      wire = guard.over(wire);
      filters = filters.guardedBy(guard);
    }
  }

  private final Dependencies ground;
  private final List<LoopComponents> stations = new ArrayList<>();
  private final List<InboundMessages> inbounds = new ArrayList<>();
  private final LoopDispatcher dispatcher;
  private final RoutingPolicyFactory policies;
  private final ReturnedBackends returns;
  private final RegistrarAuthentications authentications;
  private final Map<String, RegistrarSettings> registrars;
  private final Lock changing = new ReentrantLock();
  private final AtomicBoolean renewing = new AtomicBoolean();
  private final AtomicInteger ended = new AtomicInteger();
  private final TrustedPeers peers;
  private volatile Pools pools;
  private RoutingPolicy policy;

  ServerCore(Dependencies ground, Plan plan) {
    this.ground = ground;
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
    this.policies =
        new RoutingPolicyFactory(ground.bindings(), ground.clockMs(), ground.filters().needs());
    this.policy = policies.of(settings, pools);
    this.authentications = new RegistrarAuthentications(ground.keys(), ground.meters());
    authentications.take(settings.registrars());
    this.dispatcher = new LoopDispatcher(ground.loops().size(), ground.owner(), ground.bindings());
    LoopDialogLookup owners = new LoopDialogLookup(dispatcher, stations);
    LoopComponentsFactory maker =
        new LoopComponentsFactory(ground, settings, locator, name -> pools.get(name), owners);
    this.peers = new TrustedPeers(ground.guard().gate().trusted(), settings.cluster().all());
    peers.are(pools);
    RegistrarPolicy registered = registrars(settings, policy.router());
    for (Loop loop : ground.loops()) {
      LoopComponents station = maker.of(loop, policy, registered);
      stations.add(station);
      InboundMessages inbound = new InboundMessages(station, dispatcher, ground, replyPath);
      inbound.anyStateless(plan.anyStateless());
      inbounds.add(inbound);
      dispatcher.serve(inbound);
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
      peers.are(next);
      RoutingPolicy renewed = RoutingPolicyFactory.renewed(policy, next);
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
    peers.are(next);
    RoutingPolicy policy = policies.of(plan.settings(), next);
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
            inbounds.get(station.loop().index()).anyStateless(plan.anyStateless());
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
   * Ends the checks, answers what still waits, and ends the calls that still live: they go into the
   * call log as soon as it is known what became of their media.
   */
  void stop() {
    pools.stop();
    stations.forEach(station -> station.loop().execute(station.keepalive()::stop));
    stations.forEach(station -> station.loop().execute(station.table()::shutdown));
    for (LoopComponents station : stations) {
      station
          .loop()
          .execute(() -> {
            station.calls().shutdown();
            ended.incrementAndGet();
          });
    }
  }

  /**
   * After {@link #stop}: true when every call is in the call log, with what became of its media.
   */
  boolean isWritten() {
    return ended.get() == stations.size()
        && stations.stream().allMatch(station -> station.calls().unwritten() == 0);
  }

  /** Writes the calls whose media nobody has told of into the call log as they are. */
  void writeAll() {
    stations.forEach(station -> station.loop().execute(station.calls()::writeAll));
  }

  /** Lets go of the sources of users, when no loop runs that would take their end for an answer. */
  void close() {
    authentications.close();
  }

  Pools pools() {
    return pools;
  }

  Guard guard() {
    return ground.guard();
  }

  /** Takes what the wires bring. */
  LoopDispatcher dispatcher() {
    return dispatcher;
  }
}
