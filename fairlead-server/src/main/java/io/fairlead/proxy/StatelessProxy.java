// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.RouteCookie;
import io.fairlead.dns.LocateResult;
import io.fairlead.dns.Locator;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.route.Mode;
import io.fairlead.route.Route;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import io.fairlead.transport.Flow;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forwards without memory (RFC 3261 §16.11) what a route with {@code mode: stateless} takes: the
 * request, its retransmissions, CANCEL and ACK by the same hash to the same backend, responses by
 * their Via alone.
 *
 * <p>Owned by one loop.
 */
public final class StatelessProxy {
  private final Loop loop;
  private final OutboundFlows wire;
  private final Locator locator;
  private final ProxyLog log;
  private final OwnHeaders self;
  private final RouteSet routes;
  private final Forwarder forwarder;
  private final EgressSelector exits;
  private final DialogPath way;
  private final LocationLookup location;
  private final SipHash hash;
  private final Via next = new Via();
  private final SipWriter refusal = new SipWriter(512);

  /**
   * @param house what this core is built of
   */
  public StatelessProxy(ProxyDependencies house) {
    this.loop = house.loop();
    this.wire = house.wire();
    this.locator = house.locator();
    this.log = house.log();
    this.self = new OwnHeaders(wire.listeners());
    RouteCookie cookie = new RouteCookie(house.keys());
    this.routes = new RouteSet(self, cookie, new FlowToken(house.keys()));
    this.hash = house.hash();
    this.location = LocationLookup.of(house);
    this.forwarder = new Forwarder(self, cookie, routes, hash, location);
    this.exits = new EgressSelector(wire, loop);
    this.way = new DialogPath(routes, wire, exits, location, forwarder.wayBack());
  }

  /**
   * Takes the request when a stateless route, or a dialog begun by one, is to have it.
   *
   * @return false when the stateful proxy should look at it
   */
  public boolean take(RoutingPolicy policy, Flow flow, SipRequest r) {
    if (!routes.read(r)) {
      return false;
    }
    if (routes.cookie() == RouteSet.Cookie.VALID && r.hasToTag()) {
      return routes.content().stateless() && inDialog(policy, flow, r);
    }
    boolean outside = !r.hasToTag() || r.method() == Method.ACK;
    boolean stateful =
        routes.cookie() == RouteSet.Cookie.REFUSED || routes.cookie() == RouteSet.Cookie.FLOW;
    if (!outside || stateful || routes.hasNext()) {
      return false;
    }
    if (!routes.target().hasUser() && r.method() == Method.OPTIONS) {
      return false;
    }
    Route route = policy.router().route(r, flow);
    Pool pool =
        route == null || route.mode() != Mode.STATELESS || route.pool() == null
            ? null
            : policy.pools().get(route.pool());
    return route != null && pool != null && initial(flow, r, route, pool);
  }

  private boolean initial(Flow flow, SipRequest r, Route route, Pool pool) {
    if (refuses(flow, r)) {
      return true;
    }
    Backend backend = pool.pick(loop.index(), pool.hashKey().of(r, flow), List.of());
    Peer peer = backend == null ? null : backend.peer();
    Flow out = peer == null ? null : exits.to(peer, flow.listener());
    if (out != null && SipsRules.isInsecure(r, out)) {
      refuse(flow, r, RefusalCause.SIPS_NOT_ALLOWED, "");
      return true;
    }
    if (backend == null || out == null) {
      RefusalCause cause = pool.nobody(List.of());
      refuse(flow, r, cause, "Retry-After: " + pool.retryAfterSeconds() + "\r\n");
      log.outcome(route, cause.status(), cause);
      return true;
    }
    SipWriter text = forwarder.stateless(r, flow, out.listener(), route, backend);
    out.send(text.bytes(), 0, text.length());
    return true;
  }

  private boolean inDialog(RoutingPolicy policy, Flow flow, SipRequest r) {
    if (refuses(flow, r)) {
      return true;
    }
    Flow noted = routes.leadsToFlow(r) ? way.flow(r, flow, null) : way.none();
    boolean gone = noted == null && routes.leadsToFlow(r) && !way.listens(r);
    Flow out = noted != null || gone ? noted : way.backend(r, policy, flow);
    if (out != null || gone) {
      send(policy, r, flow, out, way.relay());
      return true;
    }
    LocateResult at = locator.known(routes.nextHop(), RouteSet.key(r), loop);
    if (at instanceof LocateResult.Pending) {
      later(policy, r.keep(), flow);
    } else if (!located(policy, r, flow, at)) {
      refuse(flow, r, RefusalCause.TRANSPORT_FAILURE, "");
    }
    return true;
  }

  // To where the Contact leads; when that is nowhere, over the flow noted for it. False when there
  // is no way.
  private boolean located(RoutingPolicy policy, SipRequest r, Flow in, LocateResult at) {
    Flow out = at instanceof LocateResult.Found found ? to(found, in) : null;
    if (out != null) {
      send(policy, r, in, out, null);
      return true;
    }
    Flow spare = way.spare(r, in);
    send(policy, r, in, spare, way.relay());
    return spare != null || at instanceof LocateResult.Found;
  }

  private void later(RoutingPolicy policy, SipRequest r, Flow flow) {
    routes.read(r);
    locator.locate(
        routes.nextHop(),
        RouteSet.key(r),
        loop,
        located -> {
          if (routes.read(r)) {
            located(policy, r, flow, located);
          }
        });
  }

  private @Nullable Flow to(LocateResult.Found found, Flow in) {
    return exits.to(found.targets(), routes.named(), in.listener());
  }

  private void send(
      RoutingPolicy policy,
      SipRequest r,
      Flow in,
      @Nullable Flow out,
      PeerNodes.@Nullable Node relay) {
    if (out != null && !SipsRules.isInsecure(r, out)) {
      boolean tell = policy.tellsCallers(out) || location.isNode(out);
      SipWriter text = forwarder.statelessInDialog(r, in, out.listener(), relay, tell);
      out.send(text.bytes(), 0, text.length());
    }
  }

  private boolean refuses(Flow flow, SipRequest r) {
    if (r.maxForwards() == 0) {
      refuse(flow, r, RefusalCause.TOO_MANY_HOPS, "");
    } else if (r.has(HeaderName.PROXY_REQUIRE)
        && r.method() != Method.ACK
        && r.method() != Method.CANCEL) {
      refuse(flow, r, RefusalCause.BAD_EXTENSION, Proxy.unsupported(r));
    } else if (isLoop(r)) {
      refuse(flow, r, RefusalCause.LOOP, "");
    } else {
      return false;
    }
    return true;
  }

  // Its own branch in a Via of ours: what leaves would be what came.
  private boolean isLoop(SipRequest r) {
    return self.names().is(r.bytes(), r.via())
        && StatelessBranch.is(r.bytes(), r.via().branchFrom(), r.via().branchTo());
  }

  private void refuse(Flow flow, SipRequest r, RefusalCause cause, String headers) {
    log.refused(cause);
    if (r.method() != Method.ACK) {
      byte[] tag =
          new SipWriter(16).hex(hash.hash(r.bytes(), r.callIdFrom(), r.callIdTo()), 8).copy();
      Responses.write(
          refusal.clear(), r, flow.remote(), cause.status(), cause.reason(), tag, headers);
      flow.send(refusal.bytes(), 0, refusal.length());
    }
  }

  /**
   * Passes a response on by its second Via, when the first is ours and was made for the second.
   *
   * @return false when it is none of ours
   */
  public boolean take(Flow flow, SipResponse response) {
    byte[] bytes = response.bytes();
    Via top = response.via();
    if (!StatelessBranch.is(bytes, top.branchFrom(), top.branchTo())
        || !self.names().is(bytes, top)) {
      return false;
    }
    // The branch proves that we forwarded the request: nobody can have us send to a third party.
    if (!Responses.viaBelow(response, next)
        || !StatelessBranch.matches(bytes, top, hash, response, next)) {
      log.strayResponse();
      return true;
    }
    InetSocketAddress address = wayBack(bytes);
    Flow out = address == null ? null : wire.wayTo(Peer.at(lower(next.transport()), address), null);
    if (out != null) {
      SipWriter text = forwarder.response(response);
      out.send(text.bytes(), 0, text.length());
    }
    return true;
  }

  // RFC 3261 §18.2.2 and RFC 3581 §4: received and rport where we wrote them, else sent-by.
  private @Nullable InetSocketAddress wayBack(byte[] bytes) {
    InetAddress address =
        next.receivedFrom() >= 0
            ? IpLiteralParser.address(bytes, next.receivedFrom(), next.receivedTo())
            : IpLiteralParser.address(bytes, next.hostFrom(), next.hostTo());
    int usual = lower(next.transport()).equals("tls") ? 5061 : 5060;
    int port = next.rport() > 0 ? next.rport() : next.port() > 0 ? next.port() : usual;
    return address == null ? null : new InetSocketAddress(address, port);
  }

  private static String lower(String transport) {
    return transport.toLowerCase(java.util.Locale.ROOT);
  }
}
