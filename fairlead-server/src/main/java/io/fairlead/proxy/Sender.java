// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dns.Located;
import io.fairlead.dns.Locator;
import io.fairlead.dns.Target;
import io.fairlead.loop.Answerable;
import io.fairlead.loop.Loop;
import io.fairlead.pool.Backend;
import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Peer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends what the proxy forwards (RFC 3261 §16.6 steps 7 to 10): finds the flow, has the message
 * written, and starts the transaction.
 *
 * <p>Owned by one loop.
 */
final class Sender {
  private final Loop loop;
  private final TransactionTable table;
  private final Locator locator;
  private final ProxySettings settings;
  private final Exits exits;
  private final RouteSet routes;
  private final Forwarder forwarder;
  private final Location location;
  private final Supplier<Policy> policy;

  /**
   * @param policy the pools at present
   */
  Sender(
      ProxyHouse house,
      Exits exits,
      RouteSet routes,
      Forwarder forwarder,
      Location location,
      Supplier<Policy> policy) {
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
  boolean send(Attempt attempt, SipRequest r, Flow in, Route route, Backend backend) {
    Peer peer = backend.peer();
    if (peer == null || Sips.is(r) && !backend.secure()) {
      return false;
    }
    Flow out = exits.to(peer, in.listener());
    if (out == null) {
      String host = peer.address().getAddress().getHostAddress();
      backend.unreachable("no listener speaks " + backend.transport() + " to " + host);
      return false;
    }
    routes.readKept(r);
    long branch = table.newBranch();
    SipWriter text = forwarder.initial(r, in, out.listener(), branch, route, backend);
    if (tooLong(text, out)) {
      InetSocketAddress address = peer.address();
      Flow stream = exits.to(new Peer("tcp", address, null, null, peer.network()), in.listener());
      if (stream != null) {
        out = stream;
        routes.readKept(r);
        text = forwarder.initial(r, in, out.listener(), branch, route, backend);
      }
    }
    attempt.started(table.forward(r, branch, out, text, attempt));
    return true;
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
  boolean send(Attempt attempt, SipRequest r, Flow in, @Nullable Route route, Destination to) {
    SipUri name = location.name(to);
    if (name == null) {
      return start(attempt, r, in, route, to, location.flow(to));
    }
    long key = RouteSet.key(r);
    if (locator.known(name, key, loop) instanceof Located.Pending) {
      attempt.lookUp();
      locator.locate(
          name,
          key,
          loop,
          located -> {
            Answerable before = loop.steps().isFor(attempt);
            if (attempt.found() && !named(attempt, r, in, route, to, located)) {
              attempt.unreachable("no way to " + to.title());
            }
            loop.steps().back(before);
          });
      return true;
    }
    return named(attempt, r, in, route, to, locator.known(name, key, loop));
  }

  // To the server the name has led to; when it leads nowhere, to where the device spoke from.
  private boolean named(
      Attempt attempt,
      SipRequest r,
      Flow in,
      @Nullable Route route,
      Destination to,
      Located located) {
    List<Target> targets = located instanceof Located.Found found ? found.targets() : List.of();
    Listener by = location.listener(to);
    for (Target target : targets) {
      Flow out = exits.to(target, by, in.listener());
      if (out != null && start(attempt, r, in, route, to, out)) {
        attempt.met(target);
        return true;
      }
    }
    Destination.Bound over =
        to instanceof Destination.Bound bound ? location.overFlow(bound) : null;
    Destination last = over == null ? to : over;
    return start(attempt, r, in, route, last, location.flow(last));
  }

  private boolean start(
      Attempt attempt,
      SipRequest r,
      Flow in,
      @Nullable Route route,
      Destination to,
      @Nullable Flow out) {
    if (out == null || !Sips.allows(r, to, out)) {
      return false;
    }
    routes.readKept(r);
    long branch = table.newBranch();
    Destination scheme = Sips.inSchemeOf(r, to);
    SipWriter text = forwarder.toPhone(r, in, scheme, out, branch, route);
    attempt.started(table.forward(r, branch, out, text, attempt));
    return true;
  }

  // ---- inside a dialog ----

  /**
   * Sends a request inside a dialog on its way and waits for the answer.
   *
   * @param relay the node whose flow it takes; null when it goes there itself
   */
  ClientTransaction forward(
      SipRequest r, Flow in, Flow out, Nodes.@Nullable Node relay, ResponseListener user) {
    routes.readKept(r);
    long branch = table.newBranch();
    SipWriter text = forwarder.inDialog(r, in, out.listener(), branch, relay, tellsCallers(out));
    return table.forward(r, branch, out, text, user);
  }

  /** Sends an ACK to a 2xx on its way: nobody answers it (RFC 3261 §13.2.2.4). */
  void ack(SipRequest ack, Flow in, Flow out, Nodes.@Nullable Node relay) {
    if (!Sips.isInsecure(ack, out)) {
      routes.readKept(ack);
      long branch = table.newBranch();
      boolean tell = tellsCallers(out);
      SipWriter text = forwarder.inDialog(ack, in, out.listener(), branch, relay, tell);
      out.send(text.bytes(), 0, text.length());
    }
  }

  // Another node passes it on to its backends.
  private boolean tellsCallers(Flow to) {
    return policy.get().tellsCallers(to) || location.isNode(to);
  }
}
