// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.RouteCookie;
import io.fairlead.loop.Loop;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transaction.TransactionUser;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.util.List;

/**
 * The stateful proxy (RFC 3261 §16): checks a request, reads its route set, and sends it on, inside
 * a dialog by the route set alone, outside by route and pool.
 *
 * <p>Owned by one loop.
 */
public final class Proxy implements TransactionUser {
  private static final String ABOUT_US =
      "Accept: application/sdp\r\n"
          + "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, MESSAGE,"
          + " SUBSCRIBE, NOTIFY, REFER, PUBLISH\r\n"
          + "Supported: path\r\n";

  private final ProxyLog log;
  private final OwnHeaders self;
  private final RouteSet routes;
  private final Forwarder forwarder;
  private final Responder responder;
  private final Unfinished unfinished = new Unfinished();
  private final InDialogRequests inDialog;
  private final InitialRequests initial;
  private RoutingPolicy policy;

  /**
   * @param house what this core is built of
   * @param policy the routes and pools to begin with
   */
  public Proxy(ProxyDependencies house, RoutingPolicy policy) {
    this.policy = policy;
    this.log = house.log();
    List<Listener> listeners = house.wire().listeners();
    this.self = new OwnHeaders(listeners);
    RouteCookie cookie = new RouteCookie(house.keys());
    this.routes = new RouteSet(self, cookie, new FlowToken(house.keys()));
    LocationLookup location = LocationLookup.of(house);
    this.forwarder = new Forwarder(self, cookie, routes, house.hash(), location);
    this.responder =
        new Responder(forwarder, new SipsRules(listeners.getFirst()), log, house.offences());
    Loop loop = house.loop();
    EgressSelector exits = new EgressSelector(house.wire(), loop);
    AckAndBye dismissal = new AckAndBye(house.table(), self, log);
    ProxyTools tools =
        new ProxyTools(
            loop,
            house.timerCNs(),
            responder,
            dismissal,
            unfinished,
            log,
            house.guard().gate().trusted());
    RequestSender sender =
        new RequestSender(house, exits, routes, forwarder, location, this::policy);
    NextHops hops = new NextHops(routes, exits, house.locator(), loop);
    DialogRequestDependencies toParty =
        new DialogRequestDependencies(tools, sender, hops, house.calls(), house.clockMs());
    DialogPath way = new DialogPath(routes, house.wire(), exits, location, forwarder.wayBack());
    this.inDialog = new InDialogRequests(toParty, house, way, this::policy);
    ChallengeMemory challenges =
        new ChallengeMemory(house.hash(), house.challengeMemoryNs(), loop.nowNs());
    ForkDependencies toDevices = new ForkDependencies(tools, sender, location);
    FailoverDependencies toBackends =
        new FailoverDependencies(tools, sender, challenges, toDevices, house.shedding());
    this.initial = new InitialRequests(toBackends, house, this::policy);
    InsertedRequests inserted = new InsertedRequests(house.table(), self);
    house
        .calls()
        .chains()
        .serve(
            new CallTermination(inserted),
            (chain, offerer, deadlineNs, then) ->
                new SessionRenegotiation(inserted, chain, offerer, deadlineNs, then).start());
  }

  /** Swaps routes and pools: from the next request on they decide. */
  public void policy(RoutingPolicy next) {
    policy = next;
  }

  /** The routes and pools that decide now. */
  public RoutingPolicy policy() {
    return policy;
  }

  /** From now on nothing new begins: requests outside a dialog get 503. */
  public void drain() {
    initial.drain();
  }

  /** Requests that have no final answer yet. A reading from another thread may be old. */
  public int unfinished() {
    return unfinished.count();
  }

  // ---- requests ----

  @Override
  public void onRequest(ServerTransaction transaction) {
    SipRequest r = transaction.request();
    log.request(transaction.flow().listener(), r.method());
    if (r.maxForwards() == 0 && r.method() != Method.OPTIONS) {
      responder.refuse(transaction, RefusalCause.TOO_MANY_HOPS, "");
    } else if (r.has(HeaderName.PROXY_REQUIRE)) {
      responder.refuse(transaction, RefusalCause.BAD_EXTENSION, unsupported(r));
    } else if (!routes.readKept(r)) {
      transaction.reject(400, "Bad Route", "");
      log.refused(RefusalCause.BAD_REQUEST);
    } else if (forUs(r)) {
      transaction.reject(200, "OK", ABOUT_US);
    } else if (r.maxForwards() == 0) {
      responder.refuse(transaction, RefusalCause.TOO_MANY_HOPS, "");
    } else if (forwarder.isLoop(r)) {
      responder.refuse(transaction, RefusalCause.LOOP, "");
    } else {
      route(transaction, r);
    }
  }

  private void route(ServerTransaction transaction, SipRequest r) {
    switch (routes.cookie()) {
      case REFUSED -> responder.refuse(transaction, RefusalCause.FOREIGN_ROUTE, "");
      case FLOW -> {
        if (r.hasToTag()) {
          responder.refuse(transaction, RefusalCause.NO_DIALOG, "");
        } else {
          initial.overFlow(transaction, r, routes);
        }
      }
      case VALID -> {
        if (r.hasToTag()) {
          inDialog.take(transaction, r);
        } else if (routes.hasNext()) {
          responder.refuse(transaction, RefusalCause.FOREIGN_ROUTE, "");
        } else {
          initial.take(transaction, r);
        }
      }
      case ABSENT -> {
        if (inDialog.isToNode()) {
          inDialog.toNode(transaction, r);
        } else if (r.hasToTag()) {
          responder.refuse(transaction, RefusalCause.NO_DIALOG, "");
        } else if (routes.hasNext()) {
          // A Route beyond us that no dialog of ours put there would make us an open relay.
          responder.refuse(transaction, RefusalCause.FOREIGN_ROUTE, "");
        } else {
          initial.take(transaction, r);
        }
      }
    }
  }

  private boolean forUs(SipRequest r) {
    SipUri uri = routes.target();
    return routes.cookie() != RouteSet.Cookie.FLOW
        && r.method() == Method.OPTIONS
        && !uri.hasUser()
        && !routes.hasNext()
        && self.names().is(uri);
  }

  /** Names what Proxy-Require asks, all lines of it (RFC 3261 §16.3 step 5). */
  static String unsupported(SipRequest r) {
    StringBuilder text = new StringBuilder();
    for (int i = r.first(HeaderName.PROXY_REQUIRE);
        i >= 0;
        i = r.next(HeaderName.PROXY_REQUIRE, i)) {
      String asked = Ascii.text(r.bytes(), r.valueStart(i), r.valueEnd(i));
      text.append("Unsupported: ").append(asked).append("\r\n");
    }
    return text.toString();
  }

  @Override
  public void onAck(Flow flow, SipRequest ack) {
    inDialog.ack(flow, ack);
  }

  @Override
  public void onStrayCancel(Flow flow, SipRequest cancel) {
    SipWriter out = new SipWriter(512);
    Responses.write(
        out,
        cancel,
        flow.remote(),
        RefusalCause.NO_DIALOG.status(),
        RefusalCause.NO_DIALOG.reason(),
        null,
        "");
    flow.send(out.bytes(), 0, out.length());
    log.refused(RefusalCause.NO_DIALOG);
  }

  @Override
  public void onStrayResponse(Flow flow, SipResponse response) {
    log.strayResponse();
  }
}
