// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.Calls;
import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.dns.Locator;
import io.fairlead.guard.ban.UpstreamOffences;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.CallRecord;
import io.fairlead.pool.Pool;
import io.fairlead.proxy.DialogLookup;
import io.fairlead.proxy.Proxy;
import io.fairlead.proxy.ProxyDependencies;
import io.fairlead.proxy.ProxyLog;
import io.fairlead.proxy.RoutingPolicy;
import io.fairlead.proxy.StatelessProxy;
import io.fairlead.registrar.RegistrarDependencies;
import io.fairlead.registrar.RegistrarPolicy;
import io.fairlead.registrar.Registrars;
import io.fairlead.registrar.keepalive.Keepalive;
import io.fairlead.registrar.keepalive.KeepaliveDependencies;
import io.fairlead.registrar.upstream.UpstreamDependencies;
import io.fairlead.registrar.upstream.UpstreamDeregistration;
import io.fairlead.registrar.upstream.UpstreamRegistrars;
import io.fairlead.route.RequestLog;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.transaction.ReplyPath;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Flow;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the station of each loop when a house is built. Immutable. */
final class LoopComponentsFactory {
  private final ServerCore.Dependencies ground;
  private final FairleadSettings settings;
  private final Locator locator;
  private final DialogLookup owners;
  private final SipHash hash;
  private final Function<String, @Nullable Pool> pools;

  /**
   * @param pools those there are at the time it is asked
   * @param owners finds calls on all loops
   */
  LoopComponentsFactory(
      ServerCore.Dependencies ground,
      FairleadSettings settings,
      Locator locator,
      Function<String, @Nullable Pool> pools,
      DialogLookup owners) {
    this.owners = owners;
    this.ground = ground;
    this.settings = settings;
    this.locator = locator;
    this.hash = ground.keys().branchHash();
    this.pools = pools;
  }

  /** The station of a loop, with routes, pools and registrars to begin with. */
  LoopComponents of(Loop loop, RoutingPolicy policy, RegistrarPolicy policies) {
    TransactionTable table =
        new TransactionTable(
            loop, ground.wire(), settings.timers(), SipHash.random(), ground.meters());
    Consumer<CallRecord> written =
        record -> {
          ground.guard().gate().ended(record, loop.nowNs());
          ground.log().write(loop.index(), record);
        };
    RequestLog log = new RequestLog(ground.meters(), written);
    List<FilterFactory> filters = ground.filters().factories().apply(loop);
    Calls calls = new Calls(loop, settings.calls(), ground.meters(), written, filters);
    ProxyDependencies house = proxyHouse(loop, table, calls, log);
    table.feedback(house.shedding());
    Proxy proxy = new Proxy(house, policy);
    table.serve(proxy);
    RegistrarDependencies registrarHouse = registrarHouse(loop, table);
    UpstreamRegistrars upstreams = upstreams(registrarHouse, table, log);
    Registrars registrars = new Registrars(registrarHouse, upstreams, policies);
    upstreams.keep(policies);
    return new LoopComponents(
        loop,
        table,
        calls,
        proxy,
        new StatelessProxy(house),
        registrars,
        keepalive(loop, upstreams),
        upstreams);
  }

  private ProxyDependencies proxyHouse(
      Loop loop, TransactionTable table, Calls calls, RequestLog log) {
    return new ProxyDependencies(
        loop,
        ground.wire(),
        table,
        calls,
        locator,
        new ProxyLog(ground.meters(), log),
        ground.keys(),
        hash,
        settings.forwarding(),
        settings.timers().timerC().toNanos(),
        settings.calls().challengeMemory().toNanos(),
        ground.bindings(),
        ground.clockMs(),
        new ClusterPeerNodes(cluster()),
        owners,
        ground.guard(),
        ground.guard().limits().on(loop),
        ground.guard().overload().on(loop),
        new UpstreamOffences(offences()));
  }

  private OutsideOffences offences() {
    return new OutsideOffences(ground.guard().offences(), cluster());
  }

  private Cluster cluster() {
    return settings.cluster().all();
  }

  private RegistrarDependencies registrarHouse(Loop loop, TransactionTable table) {
    return new RegistrarDependencies(
        loop,
        ground.wire(),
        new ReplyPath(ground.wire()),
        new TrustingBindings(ground.bindings(), ground.guard().gate().trusted(), loop),
        ground.keys(),
        ground.meters(),
        ground.clockMs(),
        ground.random().get(),
        ground.registrations(),
        cluster(),
        (flow, request) -> relay(table, flow, request),
        offences());
  }

  private UpstreamRegistrars upstreams(
      RegistrarDependencies house, TransactionTable table, RequestLog log) {
    return new UpstreamRegistrars(
        new UpstreamDependencies(
            house,
            ground.loops().size(),
            table,
            pools,
            new FlowToken(ground.keys()),
            ground.ha1s(),
            log));
  }

  private Keepalive keepalive(Loop loop, UpstreamRegistrars upstreams) {
    return new Keepalive(
        new KeepaliveDependencies(
            loop,
            ground.wire(),
            ground.bindings(),
            new UpstreamDeregistration(ground.registrations(), upstreams),
            ground.meters(),
            ground.clockMs(),
            ground.random().get(),
            cluster().own()));
  }

  private static void relay(TransactionTable table, Flow flow, byte[] request) {
    if (new SipParser().parse(request, 0, request.length) instanceof SipRequest parsed
        && parsed.problem() == null) {
      table.onRequest(flow, parsed);
    }
  }
}
