// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.RouteCookie;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timers;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Cause;
import io.fairlead.pool.Backend;
import io.fairlead.route.Route;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.Binding;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transaction.TransactionUser;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  private final Loop loop;
  private final ProxyLog log;
  private final Self self;
  private final RouteSet routes;
  private final Forwarder forwarder;
  private final Location location;
  private final ChallengeMemory challenges;
  private final long timerCNs;
  private final Sips sips;
  private final Sender sender;
  private final InDialog inDialog;
  private final Dismissal dismissal;
  private final InitialRequests initial;
  private Policy policy;
  private boolean draining;
  private int unfinished;

  /**
   * @param house what this core is built of
   * @param policy the routes and pools to begin with
   */
  public Proxy(ProxyHouse house, Policy policy) {
    this.loop = house.loop();
    this.log = house.log();
    this.timerCNs = house.timerCNs();
    List<Listener> listeners = house.wire().listeners();
    this.self = new Self(listeners);
    this.sips = new Sips(listeners.getFirst());
    RouteCookie cookie = new RouteCookie(house.keys());
    this.routes = new RouteSet(self, cookie, new FlowToken(house.keys()));
    this.location = Location.of(house);
    this.forwarder = new Forwarder(self, cookie, routes, house.hash(), location);
    this.challenges = new ChallengeMemory(house.hash(), house.challengeMemoryNs(), loop.nowNs());
    Exits exits = new Exits(house.wire(), loop);
    this.sender = new Sender(house, exits, routes, forwarder, location, this::policy);
    this.inDialog = new InDialog(this, house, routes, exits, location);
    this.dismissal = new Dismissal(house.table(), self, log);
    this.initial = new InitialRequests(this, house, routes, location);
    this.policy = policy;
  }

  /** Swaps routes and pools: from the next request on they decide. */
  public void policy(Policy next) {
    policy = next;
  }

  /** The routes and pools that decide now. */
  public Policy policy() {
    return policy;
  }

  /** From now on nothing new begins: requests outside a dialog get 503. */
  public void drain() {
    draining = true;
  }

  /** True when nothing new begins any more. */
  boolean draining() {
    return draining;
  }

  /** Requests that have no final answer yet. A reading from another thread may be old. */
  public int unfinished() {
    return unfinished;
  }

  /** A request has begun to wait for its final answer, or has it. */
  void waiting(int more) {
    unfinished += more;
  }

  // ---- requests ----

  @Override
  public void onRequest(ServerTransaction transaction) {
    SipRequest r = transaction.request();
    log.request(transaction.flow().listener(), r.method());
    if (r.maxForwards() == 0 && r.method() != Method.OPTIONS) {
      refuse(transaction, Cause.TOO_MANY_HOPS, "");
    } else if (r.has(HeaderName.PROXY_REQUIRE)) {
      refuse(transaction, Cause.BAD_EXTENSION, unsupported(r));
    } else if (!routes.readKept(r)) {
      transaction.reject(400, "Bad Route", "");
      log.refused(Cause.BAD_REQUEST);
    } else if (forUs(r)) {
      transaction.reject(200, "OK", ABOUT_US);
    } else if (r.maxForwards() == 0) {
      refuse(transaction, Cause.TOO_MANY_HOPS, "");
    } else if (forwarder.isLoop(r)) {
      refuse(transaction, Cause.LOOP, "");
    } else {
      route(transaction, r);
    }
  }

  private void route(ServerTransaction transaction, SipRequest r) {
    switch (routes.cookie()) {
      case REFUSED -> refuse(transaction, Cause.FOREIGN_ROUTE, "");
      case FLOW -> {
        if (r.hasToTag()) {
          refuse(transaction, Cause.NO_DIALOG, "");
        } else {
          initial.overFlow(transaction, r);
        }
      }
      case VALID -> {
        if (r.hasToTag()) {
          inDialog.take(transaction, r);
        } else if (routes.hasNext()) {
          refuse(transaction, Cause.FOREIGN_ROUTE, "");
        } else {
          initial.take(transaction, r);
        }
      }
      case ABSENT -> {
        if (inDialog.isToNode()) {
          inDialog.toNode(transaction, r);
        } else if (r.hasToTag()) {
          refuse(transaction, Cause.NO_DIALOG, "");
        } else if (routes.hasNext()) {
          // A Route beyond us that no dialog of ours put there would make us an open relay.
          refuse(transaction, Cause.FOREIGN_ROUTE, "");
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

  /** Answers with a cause, and counts it. */
  void refuse(ServerTransaction transaction, Cause cause, String headers) {
    transaction.reject(cause.status(), cause.reason(), headers);
    log.refused(cause);
  }

  @Override
  public void onAck(Flow flow, SipRequest ack) {
    inDialog.ack(flow, ack);
  }

  @Override
  public void onStrayCancel(Flow flow, SipRequest cancel) {
    SipWriter out = new SipWriter(512);
    Responses.write(
        out, cancel, flow.remote(), Cause.NO_DIALOG.status(), Cause.NO_DIALOG.reason(), null, "");
    flow.send(out.bytes(), 0, out.length());
    log.refused(Cause.NO_DIALOG);
  }

  @Override
  public void onStrayResponse(Flow flow, SipResponse response) {
    log.strayResponse();
  }

  // ---- what the contexts share ----

  /** What is written for a binding. */
  Destination to(Binding binding) {
    return location.to(binding);
  }

  /** The flow a device registered over, when its Contact leads to nobody; null for none. */
  Destination.@Nullable Bound overFlow(Destination.Bound bound) {
    return location.overFlow(bound);
  }

  /** The headers of a refusal for that cause. */
  String warning(Cause cause) {
    return sips.warning(cause);
  }

  /** Sends a request of a response context to a backend. False when there is no way to it. */
  boolean send(Attempt attempt, SipRequest r, Flow in, Route route, Backend backend) {
    return sender.send(attempt, r, in, route, backend);
  }

  Sender sender() {
    return sender;
  }

  InDialog inDialog() {
    return inDialog;
  }

  Dismissal dismissal() {
    return dismissal;
  }

  Forwarder forwarder() {
    return forwarder;
  }

  Self self() {
    return self;
  }

  ChallengeMemory challenges() {
    return challenges;
  }

  Timers timers() {
    return loop.timers();
  }

  long nowNs() {
    return loop.nowNs();
  }

  /** Epoch milliseconds. */
  long nowMs() {
    return location.nowMs();
  }

  long timerCNs() {
    return timerCNs;
  }

  Loop loop() {
    return loop;
  }

  int loopIndex() {
    return loop.index();
  }

  void outcome(@Nullable Route route, int status, Cause cause) {
    log.outcome(route, status, cause);
  }

  void dialogOutcome(int status) {
    log.dialogOutcome(status);
  }

  void log(CallRecord record) {
    log.write(record);
  }
}
