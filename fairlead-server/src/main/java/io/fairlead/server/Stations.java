// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.Calls;
import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.dns.Locator;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.CallRecord;
import io.fairlead.pool.Pool;
import io.fairlead.proxy.DialogOwners;
import io.fairlead.proxy.Policy;
import io.fairlead.proxy.Proxy;
import io.fairlead.proxy.ProxyHouse;
import io.fairlead.proxy.ProxyLog;
import io.fairlead.proxy.StatelessProxy;
import io.fairlead.registrar.RegistrarHouse;
import io.fairlead.registrar.RegistrarPolicy;
import io.fairlead.registrar.Registrars;
import io.fairlead.registrar.keepalive.Keepalive;
import io.fairlead.registrar.keepalive.KeepaliveGround;
import io.fairlead.registrar.upstream.Departures;
import io.fairlead.registrar.upstream.UpstreamHouse;
import io.fairlead.registrar.upstream.Upstreams;
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
final class Stations {
  private final House.Ground ground;
  private final Settings settings;
  private final Locator locator;
  private final DialogOwners owners;
  private final SipHash hash;
  private final Function<String, @Nullable Pool> pools;

  /**
   * @param pools those there are at the time it is asked
   * @param owners finds calls on all loops
   */
  Stations(
      House.Ground ground,
      Settings settings,
      Locator locator,
      Function<String, @Nullable Pool> pools,
      DialogOwners owners) {
    this.owners = owners;
    this.ground = ground;
    this.settings = settings;
    this.locator = locator;
    this.hash = ground.keys().branchHash();
    this.pools = pools;
  }

  /** The station of a loop, with routes, pools and registrars to begin with. */
  Station of(Loop loop, Policy policy, RegistrarPolicy policies) {
    TransactionTable table =
        new TransactionTable(
            loop, ground.wire(), settings.timers(), SipHash.random(), ground.meters());
    Consumer<CallRecord> written = record -> ground.log().write(loop.index(), record);
    RequestLog log = new RequestLog(ground.meters(), written);
    List<FilterFactory> filters = ground.filters().factories().apply(loop);
    Calls calls = new Calls(loop, settings.calls(), ground.meters(), written, filters);
    ProxyHouse house = proxyHouse(loop, table, calls, log);
    Proxy proxy = new Proxy(house, policy);
    table.serve(proxy);
    RegistrarHouse registrarHouse = registrarHouse(loop, table);
    Upstreams upstreams = upstreams(registrarHouse, table, log);
    Registrars registrars = new Registrars(registrarHouse, upstreams, policies);
    upstreams.keep(policies);
    return new Station(
        loop,
        table,
        calls,
        proxy,
        new StatelessProxy(house),
        registrars,
        keepalive(loop, upstreams),
        upstreams);
  }

  private ProxyHouse proxyHouse(Loop loop, TransactionTable table, Calls calls, RequestLog log) {
    return new ProxyHouse(
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
        new ClusterNodes(cluster()),
        owners);
  }

  private Cluster cluster() {
    return settings.cluster().all();
  }

  private RegistrarHouse registrarHouse(Loop loop, TransactionTable table) {
    return new RegistrarHouse(
        loop,
        ground.wire(),
        new ReplyPath(ground.wire()),
        ground.bindings(),
        ground.keys(),
        ground.meters(),
        ground.clockMs(),
        ground.random().get(),
        ground.registrations(),
        cluster(),
        (flow, request) -> relay(table, flow, request));
  }

  private Upstreams upstreams(RegistrarHouse house, TransactionTable table, RequestLog log) {
    return new Upstreams(
        new UpstreamHouse(
            house,
            ground.loops().size(),
            table,
            pools,
            new FlowToken(ground.keys()),
            ground.ha1s(),
            log));
  }

  private Keepalive keepalive(Loop loop, Upstreams upstreams) {
    return new Keepalive(
        new KeepaliveGround(
            loop,
            ground.wire(),
            ground.bindings(),
            new Departures(ground.registrations(), upstreams),
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
