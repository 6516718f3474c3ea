// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.FilterChainListener;
import io.fairlead.dialog.filter.Party;
import io.fairlead.dns.LocateResult;
import io.fairlead.dns.Locator;
import io.fairlead.dns.NextHop;
import io.fairlead.loop.Loop;
import io.fairlead.loop.StepFailureHandler;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.route.Route;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Peer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends what the proxy forwards (RFC 3261 §16.6 steps 7 to 10): finds the flow, has the message
 * written, and starts the transaction.
 *
 * <p>Owned by one loop.
 */
final class RequestSender {
  private final Loop loop;
  private final TransactionTable table;
  private final Locator locator;
  private final ProxySettings settings;
  private final EgressSelector exits;
  private final RouteSet routes;
  private final Forwarder forwarder;
  private final LocationLookup location;
  private final Supplier<RoutingPolicy> policy;

  /**
   * @param policy the pools at present
   */
  RequestSender(
      ProxyDependencies house,
      EgressSelector exits,
      RouteSet routes,
      Forwarder forwarder,
      LocationLookup location,
      Supplier<RoutingPolicy> policy) {
    this.loop = house.loop();
    this.table = house.table();
    this.locator = house.locator();
    this.settings = house.settings();
    this.exits = exits;
    this.routes = routes;
    this.forwarder = forwarder;
    this.location = location;
    this.policy = policy;
  }

  // ---- to a backend ----

  /** Sends a request of a response context to a backend. False when there is no way to it. */
  boolean send(ProxyBranch attempt, Route route, Backend backend) {
    Peer peer = backend.peer();
    if (peer == null || SipsRules.is(attempt.request()) && !backend.secure()) {
      return false;
    }
    Flow out = exits.to(peer, attempt.in().listener());
    if (out == null) {
      String host = peer.address().getAddress().getHostAddress();
      backend.unreachable("no listener speaks " + backend.transport() + " to " + host);
      return false;
    }
    FilterChain filters = attempt.filters();
    if (filters == null) {
      toBackend(attempt, route, backend, out, null);
    } else {
      filters.take(
          attempt.outgoing(filters, out),
          new DeferredSend(attempt, edits -> toBackend(attempt, route, backend, out, edits)));
    }
    return true;
  }

  private void toBackend(
      ProxyBranch attempt, Route route, Backend backend, Flow out, @Nullable DetachedEdits edits) {
    SipRequest r = attempt.request();
    Flow in = attempt.in();
    long branch = table.newBranch();
    int bits = attempt.filterBits();
    routes.readKept(r);
    SipWriter text =
        forwarder.filtered(edits, bits).initial(r, in, out.listener(), branch, route, backend);
    Flow by = out;
    Flow stream = tooLong(text, out) ? stream(backend.peer(), in) : null;
    if (stream != null) {
      by = stream;
      routes.readKept(r);
      text = forwarder.filtered(edits, bits).initial(r, in, by.listener(), branch, route, backend);
    }
    attempt.started(table.forward(r, branch, by, text, attempt));
  }

  private @Nullable Flow stream(@Nullable Peer peer, Flow in) {
    return peer == null
        ? null
        : exits.to(new Peer("tcp", peer.address(), null, null, peer.network()), in.listener());
  }

  /** A backend's number in routing cookies: the same on every node with the same names. */
  static int number(Route route, Backend backend) {
    return number(String.valueOf(route.pool()), backend);
  }

  static int number(String pool, Backend backend) {
    return 31 * pool.hashCode() + backend.name().hashCode();
  }

  private boolean tooLong(SipWriter text, Flow out) {
    Integer mtu = settings.udpMtu();
    return mtu != null && text.length() > mtu && !out.transport().reliable();
  }

  // ---- to a phone ----

  /**
   * Sends a request of a fork to a phone; when that is at a name which must be looked up, later.
   * False when there is no way to it.
   */
  boolean send(ProxyBranch attempt, @Nullable Route route, BranchDestination to) {
    SipUri name = location.name(to);
    if (name == null) {
      return start(attempt, route, to, location.flow(to));
    }
    long key = RouteSet.key(attempt.request());
    if (locator.known(name, key, loop) instanceof LocateResult.Pending) {
      locator.locate(
          name,
          key,
          loop,
          located -> {
            StepFailureHandler before = loop.steps().isFor(attempt);
            if (attempt.unsent() && !named(attempt, route, to, located)) {
              attempt.unreachable("no way to " + to.title());
            }
            loop.steps().back(before);
          });
      return true;
    }
    return named(attempt, route, to, locator.known(name, key, loop));
  }

  // To the server the name has led to; when it leads nowhere, to where the device spoke from.
  private boolean named(
      ProxyBranch attempt, @Nullable Route route, BranchDestination to, LocateResult located) {
    List<NextHop> targets =
        located instanceof LocateResult.Found found ? found.targets() : List.of();
    Listener by = location.listener(to);
    for (NextHop target : targets) {
      Flow out = exits.to(target, by, attempt.in().listener());
      if (out != null && start(attempt, route, to, out)) {
        attempt.met(target);
        return true;
      }
    }
    BranchDestination.Bound over =
        to instanceof BranchDestination.Bound bound ? location.overFlow(bound) : null;
    BranchDestination last = over == null ? to : over;
    return start(attempt, route, last, location.flow(last));
  }

  private boolean start(
      ProxyBranch attempt, @Nullable Route route, BranchDestination to, @Nullable Flow out) {
    if (out == null || !SipsRules.allows(attempt.request(), to, out)) {
      return false;
    }
    FilterChain filters = attempt.filters();
    if (filters == null) {
      toPhone(attempt, route, to, out, null);
    } else {
      filters.take(
          attempt.outgoing(filters, out).byFlow(to.byFlow()),
          new DeferredSend(attempt, edits -> toPhone(attempt, route, to, out, edits)));
    }
    return true;
  }

  private void toPhone(
      ProxyBranch attempt,
      @Nullable Route route,
      BranchDestination to,
      Flow out,
      @Nullable DetachedEdits edits) {
    SipRequest r = attempt.request();
    routes.readKept(r);
    long branch = table.newBranch();
    BranchDestination scheme = SipsRules.inSchemeOf(r, to);
    SipWriter text =
        forwarder
            .filtered(edits, attempt.filterBits())
            .toPhone(r, attempt.in(), scheme, out, branch, route);
    attempt.started(table.forward(r, branch, out, text, attempt));
  }

  // ---- inside a dialog ----

  /**
   * Sends a request inside a dialog on its way and waits for the answer.
   *
   * @param relay the node whose flow it takes; null when it goes there itself
   * @param edits what filters change; null for nothing
   */
  ClientTransaction forward(
      ServerTransaction from,
      Flow out,
      PeerNodes.@Nullable Node relay,
      @Nullable DetachedEdits edits,
      DialogRequest user) {
    SipRequest r = user.request();
    routes.readKept(r);
    long branch = table.newBranch();
    SipWriter text =
        forwarder
            .filtered(edits, 0)
            .inDialog(r, from.flow(), out.listener(), branch, relay, tellsCallers(out));
    ClientTransaction sent = table.forward(r, branch, out, text, user);
    if (user.cseq() != r.cseq()) {
      table.renumbered(sent, r, user.cseq());
    }
    return sent;
  }

  /**
   * Sends an ACK to a 2xx on its way: nobody answers it (RFC 3261 §13.2.2.4).
   *
   * @param relay the node whose flow it takes; null when it goes there itself
   * @param filters what looks at the messages of its call; null when nothing does
   */
  void ack(
      SipRequest ack,
      Flow in,
      Flow out,
      PeerNodes.@Nullable Node relay,
      @Nullable FilterChain filters) {
    if (SipsRules.isInsecure(ack, out)) {
      return;
    }
    if (filters == null) {
      sendAck(ack, in, out, relay, null);
      return;
    }
    routes.readKept(ack);
    Party from = routes.content().fromCaller(ack) ? Party.CALLER : Party.CALLEE;
    filters.take(
        new CallMessage(ack, from, 0, in, out),
        new FilteredAck((passed, edits) -> sendAck(passed, in, out, relay, edits)));
    filters.endWhenIdle();
  }

  private void sendAck(
      SipRequest ack,
      Flow in,
      Flow out,
      PeerNodes.@Nullable Node relay,
      @Nullable DetachedEdits edits) {
    routes.readKept(ack);
    boolean tell = tellsCallers(out);
    SipWriter text =
        forwarder
            .filtered(edits, 0)
            .inDialog(ack, in, out.listener(), table.newBranch(), relay, tell);
    out.send(text.bytes(), 0, text.length());
  }

  /** An ACK that has no way past the filters is lost: whoever waits for it asks again. */
  private record FilteredAck(BiConsumer<SipRequest, @Nullable DetachedEdits> send)
      implements FilterChainListener {
    @Override
    public void pass(SipMessage message, @Nullable DetachedEdits edits) {
      send.accept((SipRequest) message, edits);
    }

    @Override
    public void refuse(SipMessage message, RefusalCause cause) {}

    @Override
    public void onDefect() {}
  }

  // Another node passes it on to its backends.
  private boolean tellsCallers(Flow to) {
    return policy.get().tellsCallers(to) || location.isNode(to);
  }
}
