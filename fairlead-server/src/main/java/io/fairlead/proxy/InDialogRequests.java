// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.Calls;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dns.LocateResult;
import io.fairlead.dns.Locator;
import io.fairlead.dns.LocatorListener;
import io.fairlead.dns.NextHop;
import io.fairlead.loop.Loop;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transport.Flow;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests inside a dialog: the route set and the cookie in it decide (RFC 3261 §16.4, §16.5, first
 * paragraph).
 *
 * <p>Owned by one loop.
 */
final class InDialogRequests {
  private final DialogRequestDependencies ways;
  private final Supplier<RoutingPolicy> policy;
  private final Loop loop;
  private final Calls calls;
  private final Locator locator;
  private final PeerNodes nodes;
  private final ProxyLog log;
  private final RouteSet routes;
  private final EgressSelector exits;
  private final DialogPath way;
  private final RequestSender sender;
  private final GoneBackend gone;

  /**
   * @param policy the pools at present
   */
  InDialogRequests(
      DialogRequestDependencies ways,
      ProxyDependencies house,
      DialogPath way,
      Supplier<RoutingPolicy> policy) {
    this.ways = ways;
    this.policy = policy;
    this.loop = house.loop();
    this.calls = house.calls();
    this.locator = house.locator();
    this.nodes = house.nodes();
    this.log = house.log();
    this.routes = ways.hops().routes();
    this.exits = ways.hops().exits();
    this.way = way;
    this.sender = ways.sender();
    this.gone = new GoneBackend(routes, calls);
  }

  /** Takes a request whose route set has just been read, and whose cookie is good. */
  void take(ServerTransaction transaction, SipRequest r) {
    trust(transaction.flow());
    boolean fromCaller = routes.content().fromCaller(r);
    Call call = calls.find(r, fromCaller);
    if (call == null && gone.hasLost(r)) {
      ways.tools().responder().refuse(transaction, RefusalCause.NO_DIALOG, "");
      return;
    }
    if (r.method() == Method.INVITE) {
      transaction.trying();
    }
    boolean hadFlow = way.leads(r, call);
    KnownDialog dialog = new KnownDialog(call, filters(r, call, fromCaller), fromCaller);
    DialogRequest request = new DialogRequest(ways, transaction, dialog, hadFlow);
    request.moves(way.movedTo(r, transaction.flow(), call));
    if (gone.isDeafTo(r, call, policy.get())) {
      request.seemsDeaf();
    }
    Flow flow = flow(r, transaction.flow(), call);
    if (flow != null) {
      request.to(flow, way.relay());
    } else if (isGone(r, call)) {
      request.flowGone();
    } else {
      request.orElse(way.spare(r, transaction.flow()), way.relay());
      locator.locate(routes.nextHop(), RouteSet.key(r), loop, request);
    }
  }

  /**
   * Takes a request whose next Route is another node of the cluster: that one decides what becomes
   * of it.
   */
  void toNode(ServerTransaction transaction, SipRequest r) {
    if (r.method() == Method.INVITE) {
      transaction.trying();
    }
    LocatorListener request = new DialogRequest(ways, transaction, KnownDialog.NONE, false);
    locator.locate(routes.nextHop(), RouteSet.key(r), loop, request);
  }

  /** True when the request that was read last goes to another node of the cluster. */
  boolean isToNode() {
    return routes.cookie() == RouteSet.Cookie.ABSENT
        && routes.hasNext()
        && nodes.isNode(routes.nextHop());
  }

  // The flow to the other side where its Contact is not the way; null when it is, or the flow is
  // gone.
  private @Nullable Flow flow(SipRequest r, Flow in, @Nullable Call call) {
    Flow noted = way.leads(r, call) ? way.flow(r, in, call) : way.none();
    return noted != null || isGone(r, call) ? noted : way.backend(r, policy.get(), in);
  }

  private boolean isGone(SipRequest r, @Nullable Call call) {
    return way.leads(r, call) && !way.listens(r);
  }

  // A node that does not know the call makes them anew, from the cookie.
  private @Nullable FilterChain filters(SipRequest r, @Nullable Call call, boolean fromCaller) {
    return call != null ? call.filters() : calls.adopted(r, fromCaller, routes.content().filters());
  }

  // A cookie of ours shows that the source is in a call.
  private void trust(Flow flow) {
    ways.tools().trusted().proven(flow.source(), loop.nowNs());
  }

  // ---- the ACK to a 2xx ----

  /**
   * Takes an ACK to a 2xx: it is its own transaction and is never answered (RFC 3261 §13.2.2.4,
   * §16.11).
   */
  void ack(Flow in, SipRequest r) {
    boolean ours = routes.read(r) && r.maxForwards() != 0;
    boolean valid = ours && routes.cookie() == RouteSet.Cookie.VALID;
    if (!valid && !(ours && isToNode())) {
      log.refused(RefusalCause.NO_DIALOG);
      return;
    }
    if (valid) {
      trust(in);
    }
    boolean fromCaller = valid && routes.content().fromCaller(r);
    Call call = valid ? calls.find(r, fromCaller) : null;
    FilterChain filters = valid ? filters(r, call, fromCaller) : null;
    Flow out = valid ? flow(r, in, call) : null;
    if (out != null) {
      sender.ack(r, in, out, way.relay(), filters);
    } else if (!valid || !isGone(r, call)) {
      locate(r, in, filters);
    }
  }

  private void locate(SipRequest r, Flow in, @Nullable FilterChain filters) {
    switch (locator.known(routes.nextHop(), RouteSet.key(r), loop)) {
      case LocateResult.Found found -> toOne(r, in, found.targets(), filters);
      case LocateResult.Failed failed -> {
        if (!toSpare(r, in, filters)) {
          log.refused(RefusalCause.TRANSPORT_FAILURE);
        }
      }
      case LocateResult.Pending pending -> later(r.keep(), in, filters);
    }
  }

  private void later(SipRequest r, Flow in, @Nullable FilterChain filters) {
    routes.readKept(r);
    locator.locate(
        routes.nextHop(),
        RouteSet.key(r),
        loop,
        located -> {
          routes.readKept(r);
          if (located instanceof LocateResult.Found found) {
            toOne(r, in, found.targets(), filters);
          } else {
            toSpare(r, in, filters);
          }
        });
  }

  private boolean toSpare(SipRequest r, Flow in, @Nullable FilterChain filters) {
    boolean valid = routes.cookie() == RouteSet.Cookie.VALID;
    Flow spare = valid ? way.spare(r, in) : way.none();
    if (spare != null) {
      sender.ack(r, in, spare, way.relay(), filters);
    }
    return spare != null;
  }

  // Nobody says whether an ACK arrived: it goes where the dialog's other requests are answered.
  private void toOne(SipRequest r, Flow in, List<NextHop> targets, @Nullable FilterChain filters) {
    boolean choice = targets.size() > 1 && routes.cookie() == RouteSet.Cookie.VALID;
    boolean fromCaller = choice && routes.content().fromCaller(r);
    Call call = choice ? calls.find(r, fromCaller) : null;
    List<NextHop> order = NextHops.metFirst(targets, call, !fromCaller);
    for (NextHop target : order) {
      Flow out = exits.to(target, routes.named(), in.listener());
      if (out != null) {
        sender.ack(r, in, out, null, filters);
        if (call != null) {
          call.met(!fromCaller, target);
        }
        return;
      }
    }
    toSpare(r, in, filters);
  }
}
