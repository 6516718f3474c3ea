// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.Calls;
import io.fairlead.dialog.ReferencedDialog;
import io.fairlead.dialog.UpstreamPathMarker;
import io.fairlead.guard.overload.LoadShedding;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.route.Mode;
import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import io.fairlead.transaction.ServerTransaction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a request outside a dialog (RFC 3261 §16.5), top to bottom: it is judged, counted by
 * the guard's limits, its way is chosen, its call is anchored, and it is sent. A step either hands
 * on to the next, now or later, or answers. What comes of the sending is for {@link Failover} and
 * {@link Fork}.
 *
 * <p>Owned by one loop.
 */
final class InitialRequests {
  private final FailoverDependencies ways;
  private final Calls calls;
  private final ProxyLog log;
  private final DialogLookup owners;
  private final Supplier<RoutingPolicy> policy;
  private final Refusals refusals;
  private final RegisteredUserRouter users;
  private final LimitStep limits;
  private final UpstreamPathMarker devices = new UpstreamPathMarker();
  private final LoadShedding shedding;
  private boolean draining;

  /**
   * @param policy the routes and pools at present
   */
  InitialRequests(
      FailoverDependencies ways, ProxyDependencies house, Supplier<RoutingPolicy> policy) {
    this.ways = ways;
    this.calls = house.calls();
    this.log = house.log();
    this.owners = house.owners();
    this.shedding = house.shedding();
    this.policy = policy;
    this.refusals = new Refusals(ways.tools());
    this.limits = new LimitStep(house.limiter(), policy, refusals);
    this.users = new RegisteredUserRouter(ways, owners, policy, refusals);
  }

  /** From now on nothing new begins: requests get 503. */
  void drain() {
    draining = true;
  }

  /** Takes one whose route set leads no further than to us. */
  void take(ServerTransaction transaction, SipRequest r) {
    CallRecord record = log.record(r, transaction.flow(), ways.tools().nowNs());
    Route route = judge(transaction, r, record);
    if (route != null) {
      limit(new InitialRequest(transaction, record, route), this::choose);
    }
  }

  /**
   * Takes one whose Route is a flow token: whoever has it got it from us, and may use that flow and
   * no other.
   */
  void overFlow(ServerTransaction transaction, SipRequest r, RouteSet routes) {
    CallRecord record = log.record(r, transaction.flow(), ways.tools().nowNs());
    InitialRequest asked = new InitialRequest(transaction, record, null);
    if (draining) {
      refusals.refuse(asked, RefusalCause.SHUTTING_DOWN);
      return;
    }
    if (shedding.refuses(r)) {
      refusals.refuse(asked, RefusalCause.OVERLOADED, shedding.retryAfter());
      return;
    }
    BranchDestination named = ways.devices().location().to(routes.token(), routes.target());
    limit(
        asked,
        counted -> {
          if (counted.route() == null) {
            begin(counted, new ChosenWay.ToOne(named));
          } else {
            choose(counted);
          }
        });
  }

  // ---- judge ----

  // The route that takes it; null when it was refused.
  private @Nullable Route judge(ServerTransaction transaction, SipRequest r, CallRecord record) {
    if (shedding.refuses(r)) {
      InitialRequest asked = new InitialRequest(transaction, record, null);
      refusals.refuse(asked, RefusalCause.OVERLOADED, shedding.retryAfter());
      return null;
    }
    Route route = draining ? null : policy.get().router().route(r, transaction.flow());
    if (route == null) {
      InitialRequest asked = new InitialRequest(transaction, record, null);
      refusals.refuse(asked, draining ? RefusalCause.SHUTTING_DOWN : RefusalCause.NO_ROUTE);
      return null;
    }
    return route;
  }

  // ---- limit ----

  // Goes on with what it holds, and by another route when a limit says so; what a step behind
  // throws before the call has it is given back here.
  private void limit(InitialRequest asked, Consumer<InitialRequest> then) {
    InitialRequest counted = limits.take(asked);
    if (counted == null) {
      return;
    }
    boolean handed = false;
    try {
      then.accept(counted);
      handed = true;
    } finally {
      if (!handed) {
        counted.giveBack();
      }
    }
  }

  // ---- choose ----

  private void choose(InitialRequest asked) {
    Route route = asked.route();
    if (route != null) {
      choose(asked, route);
    }
  }

  private void choose(InitialRequest asked, Route route) {
    if (route.location() != null) {
      users.choose(asked, route, way -> begin(asked, way));
      return;
    }
    if (devices.isOn(asked.request())) {
      // A registrar behind us has a user who is here no more: it would get its own call again.
      asked.record().route(route.name());
      refusals.refuse(asked, RefusalCause.UNAVAILABLE);
      return;
    }
    Pool pool = route.pool() == null ? null : policy.get().pools().get(route.pool());
    if (pool == null) {
      refusals.reject(asked, route);
    } else if (route.mode() == Mode.REDIRECT) {
      refusals.redirect(asked, route, pool);
    } else {
      choose(asked, route, pool);
    }
  }

  // Which backend, is for the failover; but for a request that names a dialog only one will do.
  private void choose(InitialRequest asked, Route route, Pool pool) {
    ways.challenges().now(ways.tools().nowNs());
    SipRequest r = asked.request();
    ReferencedDialog named = ReferencedDialog.of(r);
    if (named == null) {
      begin(asked, new ChosenWay.ToPool(route, pool, null));
      return;
    }
    new DialogOwnerSearch(ways.tools(), asked)
        .start(
            owners,
            named,
            ends -> {
              Backend owner = DialogOwnerSearch.owner(pool, r, ends);
              begin(
                  asked,
                  new ChosenWay.ToPool(
                      route, pool, owner == null ? null : AuthoritativeBackend.of(owner)));
            });
  }

  // The way is chosen: what follows is the same for all.
  private void begin(InitialRequest asked, ChosenWay way) {
    send(asked, way, anchor(asked));
  }

  // ---- anchor ----

  // The call that an INVITE begins, with what looks at its messages; null for other methods.
  private @Nullable Call anchor(InitialRequest asked) {
    if (!asked.isInvite()) {
      asked.giveBack();
      return null;
    }
    asked.transaction().trying();
    SipRequest r = asked.request();
    Call call = calls.open(r, asked.record());
    call.from(asked.flow().remote());
    if (asked.limits() != null) {
      call.keeps(asked.limits());
    }
    RoutingPolicy now = policy.get();
    Route route = asked.route();
    RoutingPolicy.Behind registrar = route == null ? now.registrarAt(asked.flow()) : null;
    if (route == null && registrar == null) {
      // Its way is said by a token; what its media needs, by the route that would take it.
      route = now.router().route(r, asked.flow());
    }
    int needed = now.filters().of(route, registrar, r, asked.flow());
    if (needed != 0) {
      call.filters(calls.chains().open(needed, call));
    }
    return call;
  }

  // ---- send ----

  private void send(InitialRequest asked, ChosenWay way, @Nullable Call call) {
    ResponseContext context =
        switch (way) {
          case ChosenWay.ToPool to -> new Failover(ways, asked, to, call);
          case ChosenWay.ToUser to -> Fork.toUser(ways.devices(), asked, call, to.bindings());
          case ChosenWay.ToOne to -> Fork.over(ways.devices(), asked, call, to.destination());
        };
    context.begin();
  }
}
