// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.RouteCookie;
import io.fairlead.dialog.Side;
import io.fairlead.net.Literals;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.store.Binding;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Peer;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import io.fairlead.transport.Wire;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request inside a dialog where its Contact alone does not lead: over the flow noted
 * in the cookie, over the flow its device has now, or to the backend that has the dialog. What it
 * says is of the request that the {@link RouteSet} read last.
 *
 * <p>Owned by one loop.
 */
final class DialogWay {
  private static final byte[] INVALID = ".invalid".getBytes(StandardCharsets.US_ASCII);

  private final RouteSet routes;
  private final Wire wire;
  private final Exits exits;
  private final Location location;
  private Nodes.@Nullable Node relay;

  DialogWay(RouteSet routes, Wire wire, Exits exits, Location location) {
    this.routes = routes;
    this.wire = wire;
    this.exits = exits;
    this.location = location;
  }

  /** Where there is no flow to look for. */
  @Nullable Flow none() {
    relay = null;
    return null;
  }

  /**
   * The node to which the flow found last leads, since the device has its own flow there; null when
   * it leads to the device.
   */
  Nodes.@Nullable Node relay() {
    return relay;
  }

  /**
   * The flow to a side that has one: the device that holds a connection no more is met where it
   * registered since (RFC 5626 §5.3), be it at another node.
   *
   * @return null when there is none now
   */
  @Nullable Flow flow(SipRequest r, Flow in) {
    relay = null;
    RouteCookie cookie = routes.content();
    boolean toCaller = !cookie.fromCaller(r);
    Flow noted = routes.flow(r, wire, in);
    int mark = cookie.device(toCaller);
    boolean lives = noted != null && cookie.connection(toCaller) != 0;
    if (mark == 0 || lives) {
      return noted;
    }
    Binding now = location.now(r, new Side.Device(mark, cookie.aor(toCaller)), noted);
    Flow found = now == null ? null : location.flow(now);
    if (now == null || found == null) {
      return noted;
    }
    relay = location.node(now);
    return found;
  }

  /**
   * True when the side whose connection has ended says in its Contact that it listens, at a name or
   * where it spoke from: a new connection can be opened. Behind NAT it cannot, and a browser never
   * listens.
   */
  boolean listens(SipRequest r) {
    RouteCookie cookie = routes.content();
    SipUri contact = routes.target();
    Transport transport = Transports.of(contact);
    if (!contact.isSip() || Transports.WS.equals(transport) || Transports.WSS.equals(transport)) {
      return false;
    }
    InetAddress host = Literals.address(contact.bytes(), contact.hostFrom(), contact.hostTo());
    return host == null
        ? Location.isName(contact)
        : host.equals(cookie.address(!cookie.fromCaller(r)).getAddress());
  }

  /**
   * A flow to the backend on the other side, where that is better than its Contact: it names a
   * transport or family that no listener speaks, or who is met there must prove what the backend
   * must.
   *
   * @return null when the Contact is good, or the backend is not known here
   */
  @Nullable Flow backend(SipRequest r, Policy policy, Flow in) {
    if (routes.hasNext()) {
      return null;
    }
    RouteCookie cookie = routes.content();
    SipUri contact = routes.target();
    Transport transport = Transports.of(contact);
    boolean secure = transport != null && transport.secure();
    boolean dead = cookie.fromCaller(r) && cookie.backend() != 0 && isDead(contact);
    if (!dead && !secure) {
      return null;
    }
    int number = dead ? cookie.backend() : 0;
    Peer peer = find(policy, number, contact);
    return peer == null ? null : exits.to(peer, routes.leaveBy(in));
  }

  // The backend of that number, or for 0 the one that is where the Contact says.
  private static @Nullable Peer find(Policy policy, int number, SipUri contact) {
    for (Pool pool : policy.pools().values()) {
      for (Backend backend : pool.backends()) {
        Peer peer = backend.peer();
        boolean meant =
            number != 0
                ? Sender.number(pool.name(), backend) == number
                : backend.secure() && peer != null && isAt(peer, contact);
        if (meant) {
          return peer;
        }
      }
    }
    return null;
  }

  private static boolean isAt(Peer peer, SipUri contact) {
    InetAddress host = Literals.address(contact.bytes(), contact.hostFrom(), contact.hostTo());
    return peer.address().getPort() == Transports.port(contact)
        && peer.address().getAddress().equals(host);
  }

  private boolean isDead(SipUri contact) {
    Transport transport = Transports.of(contact);
    byte[] bytes = contact.bytes();
    int from = Math.max(contact.hostFrom(), contact.hostTo() - INVALID.length);
    if (!contact.isSip()
        || transport == null
        || Ascii.equalsLower(bytes, from, contact.hostTo(), INVALID)) {
      return true;
    }
    boolean v6 = bytes[contact.hostFrom()] == '[';
    boolean v4 = isDigit(bytes[contact.hostFrom()]) && isDigit(bytes[contact.hostTo() - 1]);
    List<Listener> all = wire.listeners();
    for (int i = 0; i < all.size(); i++) {
      boolean ipv6 = all.get(i).bound().getAddress() instanceof Inet6Address;
      if (all.get(i).transport().equals(transport) && (ipv6 ? !v4 : !v6)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
