// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.Calls;
import io.fairlead.dialog.DevicesMark;
import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.RouteCookie;
import io.fairlead.dns.Located;
import io.fairlead.dns.Locator;
import io.fairlead.dns.Target;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timers;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Cause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.route.Mode;
import io.fairlead.route.Reject;
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
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transaction.TransactionUser;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Peer;
import io.fairlead.transport.Wire;
import java.net.InetSocketAddress;
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
  private final Wire wire;
  private final Calls calls;
  private final Locator locator;
  private final ProxyLog log;
  private final Self self;
  private final RouteSet routes;
  private final Forwarder forwarder;
  private final Location location;
  private final DevicesMark devices = new DevicesMark();
  private final DialogWay way;
  private final ChallengeMemory challenges;
  private final ProxySettings settings;
  private final long timerCNs;
  private final Nodes nodes;
  private final TransactionTable table;
  private final Sips sips;
  private Policy policy;
  private boolean draining;
  private int unfinished;

  /**
   * @param house what this core is built of
   * @param policy the routes and pools to begin with
   */
  public Proxy(ProxyHouse house, Policy policy) {
    this.loop = house.loop();
    this.wire = house.wire();
    this.calls = house.calls();
    this.locator = house.locator();
    this.log = house.log();
    this.settings = house.settings();
    this.timerCNs = house.timerCNs();
    this.nodes = house.nodes();
    this.self = new Self(wire.listeners());
    RouteCookie cookie = new RouteCookie(house.keys());
    this.routes = new RouteSet(self, cookie, new FlowToken(house.keys()));
    this.location =
        new Location(house.bindings(), house.clockMs(), house.nodes(), wire, house.keys());
    this.forwarder = new Forwarder(self, cookie, routes, house.hash(), location);
    this.way = new DialogWay(routes, wire, location);
    this.challenges = new ChallengeMemory(house.hash(), house.challengeMemoryNs(), loop.nowNs());
    this.table = house.table();
    this.sips = new Sips(wire.listeners().getFirst());
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
          overFlow(transaction, r);
        }
      }
      case VALID -> {
        if (r.hasToTag()) {
          inDialog(transaction, r);
        } else if (routes.hasNext()) {
          refuse(transaction, Cause.FOREIGN_ROUTE, "");
        } else {
          initial(transaction, r);
        }
      }
      case ABSENT -> {
        if (r.hasToTag()) {
          refuse(transaction, Cause.NO_DIALOG, "");
        } else if (routes.hasNext() && nodes.isNode(routes.nextHop())) {
          toNode(transaction, r);
        } else if (routes.hasNext()) {
          // A Route beyond us that no dialog of ours put there would make us an open relay.
          refuse(transaction, Cause.FOREIGN_ROUTE, "");
        } else {
          initial(transaction, r);
        }
      }
    }
  }

  /**
   * To another node of the cluster, which its Route names: that node decides what becomes of it.
   */
  private void toNode(ServerTransaction transaction, SipRequest r) {
    if (r.method() == Method.INVITE) {
      transaction.trying();
    }
    locator.locate(
        routes.nextHop(), RouteSet.key(r), loop, new DialogRequest(this, transaction, null, true));
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

  private void refuse(ServerTransaction transaction, Cause cause, String headers) {
    transaction.reject(cause.status(), cause.reason(), headers);
    log.refused(cause);
  }

  // ---- outside a dialog: route, pool, backend ----

  private void initial(ServerTransaction transaction, SipRequest r) {
    CallRecord record = log.record(r, transaction.flow(), loop.nowNs());
    if (draining) {
      refuse(transaction, record, Cause.SHUTTING_DOWN);
      return;
    }
    Route route = policy.router().route(r, transaction.flow());
    if (route == null) {
      refuse(transaction, record, Cause.NO_ROUTE);
      return;
    }
    if (route.location() != null) {
      toLocation(transaction, r, record, route);
      return;
    }
    if (devices.isOn(r)) {
      // A registrar behind us has a user who is here no more: it would get its own call again.
      record.route(route.name());
      refuse(transaction, record, Cause.UNAVAILABLE);
      return;
    }
    Pool pool = route.pool() == null ? null : policy.pools().get(route.pool());
    Reject reject = route.reject();
    if (pool == null) {
      record.route(route.name());
      reject(transaction, record, route, reject);
    } else if (route.mode() == Mode.REDIRECT) {
      redirect(transaction, record, route, pool);
    } else {
      challenges.now(loop.nowNs());
      Call call = open(transaction, r, record);
      new Failover(this, transaction, route, pool, null, record, call).start();
    }
  }

  private @Nullable Call open(ServerTransaction transaction, SipRequest r, CallRecord record) {
    if (r.method() != Method.INVITE) {
      return null;
    }
    transaction.trying();
    return calls.open(r, record);
  }

  // ---- to a registered user ----

  private void toLocation(
      ServerTransaction transaction, SipRequest r, CallRecord record, Route route) {
    if (r.method() == Method.REGISTER) {
      refuse(transaction, record, Cause.NO_ROUTE);
      return;
    }
    Homes.Home home = policy.homes().of(String.valueOf(route.location()), r);
    if (home != null) {
      elsewhere(transaction, r, record, route, home);
      return;
    }
    List<Binding> found = location.of(r.uri());
    Policy.Behind behind = policy.behind().get(String.valueOf(route.location()));
    Pool pool = behind == null ? null : policy.pools().get(behind.pool());
    if (behind != null && pool != null && !found.isEmpty()) {
      toRegistrar(transaction, record, route, new Known(found, behind, pool));
      return;
    }
    Call call = open(transaction, r, record);
    Fork.toUser(this, transaction, route, record, call, found).start();
  }

  private void elsewhere(
      ServerTransaction transaction,
      SipRequest r,
      CallRecord record,
      Route route,
      Homes.Home home) {
    if (home.redirect() != null) {
      record.route(route.name());
      transaction.reject(302, "Moved Temporarily", home.redirect());
      log.outcome(route, 302, Cause.NONE);
      log.write(record.answered(302, loop.nowNs()));
      return;
    }
    Call call = open(transaction, r, record);
    Destination there = new Destination.Elsewhere(home.node(), home.route());
    Fork.over(this, transaction, record, call, there).start();
  }

  /** A user that backends know. */
  private record Known(List<Binding> bindings, Policy.Behind behind, Pool pool) {
    /** The backend that has the user and lives, or null. */
    @Nullable Backend backend() {
      for (Binding binding : bindings) {
        Backend known = pool.backend(binding.upstream().backend());
        if (known != null && known.address() != null && known.health().state().alive()) {
          return known;
        }
      }
      return null;
    }

    /** True when one of the backends speaks from there, by whatever port. */
    boolean isFrom(InetSocketAddress source) {
      for (Backend each : pool.backends()) {
        InetSocketAddress address = each.address();
        if (address != null && address.getAddress().equals(source.getAddress())) {
          return true;
        }
      }
      return false;
    }
  }

  // The registrar that has the user knows more than where the devices are: it forks, records, takes
  // messages. What comes from that very one has been through it.
  private void toRegistrar(
      ServerTransaction transaction, CallRecord record, Route route, Known known) {
    Backend backend = known.backend();
    InetSocketAddress from = transaction.flow().remote();
    boolean marked = devices.isOn(transaction.request());
    if (marked && !known.isFrom(from)) {
      // By way of its registrar it would come back with the same mark, round and round.
      refuse(transaction, record, Cause.FOREIGN_ROUTE);
      return;
    }
    boolean back = marked || backend != null && from.equals(backend.address());
    if (backend == null && !back && !known.behind.direct()) {
      refuse(transaction, record, Cause.UNAVAILABLE);
      return;
    }
    Call call = open(transaction, transaction.request(), record);
    if (backend == null || back) {
      Fork.toUser(this, transaction, route, record, call, known.bindings).start();
    } else {
      new Failover(this, transaction, route, known.pool, backend, record, call).start();
    }
  }

  // Whoever has a token got it from us: it may use the flow, and no other.
  private void overFlow(ServerTransaction transaction, SipRequest r) {
    CallRecord record = log.record(r, transaction.flow(), loop.nowNs());
    if (draining) {
      refuse(transaction, record, Cause.SHUTTING_DOWN);
      return;
    }
    Destination named = new Destination.Named(location.named(routes.token()));
    Call call = open(transaction, r, record);
    Fork.over(this, transaction, record, call, named).start();
  }

  /** What is written for a binding. */
  Destination to(Binding binding) {
    return location.to(binding);
  }

  /** Sends a request of a fork to a phone. False when there is no way to it. */
  boolean send(Attempt attempt, SipRequest r, Flow in, @Nullable Route route, Destination to) {
    Flow out = location.flow(to);
    if (out == null || !Sips.allows(r, to, out)) {
      return false;
    }
    routes.readKept(r);
    long branch = table.newBranch();
    Destination scheme = Sips.inSchemeOf(r, to);
    SipWriter text = forwarder.toPhone(r, in, scheme, out, branch, route);
    attempt.started(start(r.method(), branch, out, text, attempt));
    return true;
  }

  // ---- to a backend ----

  private void refuse(ServerTransaction transaction, CallRecord record, Cause cause) {
    refuse(transaction, cause, cause.status() == 503 ? "Retry-After: 10\r\n" : warning(cause));
    log.write(record.answered(cause.status(), loop.nowNs()).cause(cause));
  }

  private void reject(
      ServerTransaction transaction, CallRecord record, Route route, @Nullable Reject reject) {
    int status = reject == null ? Cause.REJECTED.status() : reject.status();
    transaction.reject(status, reject == null ? Cause.REJECTED.reason() : reject.reason(), "");
    log.outcome(route, status, Cause.REJECTED);
    log.write(record.answered(status, loop.nowNs()).cause(Cause.REJECTED));
  }

  private void redirect(ServerTransaction transaction, CallRecord record, Route route, Pool pool) {
    SipRequest r = transaction.request();
    record.route(route.name()).pool(pool.name());
    long key = pool.hashKey().of(r, transaction.flow());
    Backend backend = pool.pick(loop.index(), key, List.of());
    if (backend == null) {
      Cause cause = pool.nobody(List.of());
      transaction.reject(
          cause.status(), cause.reason(), "Retry-After: " + pool.retryAfterSeconds() + "\r\n");
      log.outcome(route, cause.status(), cause);
      log.write(record.answered(cause.status(), loop.nowNs()).cause(cause));
      return;
    }
    record.tried(backend.name());
    if (Sips.is(r) && !backend.secure()) {
      refuse(transaction, record, Cause.SIPS_NOT_ALLOWED);
      return;
    }
    transaction.reject(302, "Moved Temporarily", Redirect.contact(r, backend));
    log.outcome(route, 302, Cause.NONE);
    log.write(record.answered(302, loop.nowNs()));
  }

  /** Sends a request of a response context to a backend. False when there is no way to it. */
  boolean send(Attempt attempt, SipRequest r, Flow in, Route route, Backend backend) {
    int number = number(route, backend);
    Peer peer = backend.peer();
    if (peer == null || Sips.is(r) && !backend.secure()) {
      return false;
    }
    InetSocketAddress address = peer.address();
    Flow out = wire.wayTo(peer, in.listener());
    if (out == null) {
      backend.unreachable(
          "no listener speaks "
              + backend.transport()
              + " to "
              + address.getAddress().getHostAddress());
      return false;
    }
    routes.readKept(r);
    long branch = table.newBranch();
    SipWriter text = forwarder.initial(r, in, out.listener(), branch, route, number);
    if (tooLong(text, out)) {
      Flow stream = wire.wayTo(new Peer("tcp", address, null, null, peer.network()), in.listener());
      if (stream != null) {
        out = stream;
        routes.readKept(r);
        text = forwarder.initial(r, in, out.listener(), branch, route, number);
      }
    }
    attempt.started(start(r.method(), branch, out, text, attempt));
    return true;
  }

  /** A backend's number in routing cookies: the same on every node with the same names. */
  static int number(Route route, Backend backend) {
    return number(String.valueOf(route.pool()), backend);
  }

  static int number(String pool, Backend backend) {
    return 31 * pool.hashCode() + backend.name().hashCode();
  }

  /** The headers of a refusal for that cause. */
  String warning(Cause cause) {
    return sips.warning(cause);
  }

  private boolean tooLong(SipWriter text, Flow out) {
    Integer mtu = settings.udpMtu();
    return mtu != null && text.length() > mtu && !out.transport().reliable();
  }

  private ClientTransaction start(
      Method method, long branch, Flow out, SipWriter text, ResponseListener user) {
    return method == Method.INVITE
        ? table.startInvite(branch, out, text.bytes(), 0, text.length(), user)
        : table.start(branch, out, text.bytes(), 0, text.length(), user);
  }

  // ---- inside a dialog: the route set decides ----

  private void inDialog(ServerTransaction transaction, SipRequest r) {
    boolean fromCaller = routes.content().fromCaller(r);
    Call call = calls.find(r, fromCaller);
    if (r.method() == Method.INVITE) {
      transaction.trying();
    }
    DialogRequest request = new DialogRequest(this, transaction, call, fromCaller);
    Flow flow = flow(r, transaction.flow());
    if (flow != null) {
      request.to(flow);
    } else if (isGone(r)) {
      request.flowGone();
    } else {
      locator.locate(routes.nextHop(), RouteSet.key(r), loop, request);
    }
  }

  // The flow to the other side where its Contact is not the way; null when it is, or the flow is
  // gone.
  private @Nullable Flow flow(SipRequest r, Flow in) {
    Flow noted = routes.leadsToFlow(r) ? way.flow(r, in) : null;
    return noted != null || isGone(r) ? noted : way.backend(r, policy, in);
  }

  private boolean isGone(SipRequest r) {
    return routes.leadsToFlow(r) && !way.listens(r);
  }

  /** A flow to where a request's route set leads; null when no listener speaks the transport. */
  @Nullable Flow flowTo(SipRequest r, Target target, Flow in) {
    routes.readKept(r);
    return routes.flowTo(wire, target, in);
  }

  private @Nullable Flow flowTo(SipRequest r, List<Target> targets, Flow in) {
    routes.readKept(r);
    return routes.flowTo(wire, targets, in);
  }

  /** Sending to a located place failed. */
  void failed(Target target) {
    locator.failed(target, loop);
  }

  /** Sends a request inside a dialog on its way and waits for the answer. */
  ClientTransaction forward(SipRequest r, Flow in, Flow out, ResponseListener user) {
    routes.readKept(r);
    long branch = table.newBranch();
    return start(r.method(), branch, out, forwarder.inDialog(r, in, out.listener(), branch), user);
  }

  /**
   * The ACK to a 2xx: it is its own transaction and is never answered (RFC 3261 §13.2.2.4, §16.11).
   */
  @Override
  public void onAck(Flow flow, SipRequest ack) {
    if (ack.maxForwards() == 0 || !routes.read(ack) || routes.cookie() != RouteSet.Cookie.VALID) {
      log.refused(Cause.NO_DIALOG);
      return;
    }
    Flow out = flow(ack, flow);
    if (out != null || isGone(ack)) {
      sendAck(ack, flow, out);
      return;
    }
    switch (locator.known(routes.nextHop(), RouteSet.key(ack), loop)) {
      case Located.Found found -> sendAck(ack, flow, flowTo(ack, found.targets(), flow));
      case Located.Failed failed -> log.refused(Cause.TRANSPORT_FAILURE);
      case Located.Pending pending -> ackLater(ack.keep(), flow);
    }
  }

  private void ackLater(SipRequest ack, Flow flow) {
    routes.readKept(ack);
    locator.locate(
        routes.nextHop(),
        RouteSet.key(ack),
        loop,
        located -> {
          if (located instanceof Located.Found found) {
            sendAck(ack, flow, flowTo(ack, found.targets(), flow));
          }
        });
  }

  private void sendAck(SipRequest ack, Flow in, @Nullable Flow out) {
    if (out != null && !Sips.isInsecure(ack, out)) {
      SipWriter text = forwarder.inDialog(ack, in, out.listener(), table.newBranch());
      out.send(text.bytes(), 0, text.length());
    }
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

  Forwarder forwarder() {
    return forwarder;
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
