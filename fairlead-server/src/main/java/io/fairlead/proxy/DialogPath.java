// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.DialogSide;
import io.fairlead.dialog.MovedFlow;
import io.fairlead.dialog.NatDetection;
import io.fairlead.dialog.RouteCookie;
import io.fairlead.dialog.filter.InsertedFlow;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.store.Binding;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Peer;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request inside a dialog where its Contact alone does not lead: over the flow noted
 * in the cookie, over the flow its device has now, or to the backend that has the dialog. What it
 * says is of the request that the {@link RouteSet} read last.
 *
 * <p>Owned by one loop.
 */
final class DialogPath {
  private final RouteSet routes;
  private final OutboundFlows wire;
  private final EgressSelector exits;
  private final LocationLookup location;
  private final RecordRouteFlow wayBack;
  private @Nullable RoutingPolicy asked;
  private boolean anyPublic;
  private PeerNodes.@Nullable Node relay;

  DialogPath(
      RouteSet routes,
      OutboundFlows wire,
      EgressSelector exits,
      LocationLookup location,
      RecordRouteFlow wayBack) {
    this.wayBack = wayBack;
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
  PeerNodes.@Nullable Node relay() {
    return relay;
  }

  /** True when a flow leads where a request goes: to the other side of the dialog. */
  boolean leads(SipRequest r, @Nullable Call call) {
    return routes.leadsToFlow(r) || moved(r, call) != null;
  }

  /**
   * The flow to a side that has one: the one it spoke by last. A device that holds a connection no
   * more is met where it registered since (RFC 5626 §5.3), be it at another node.
   *
   * @param call null when it is not known here
   * @return null when there is none now
   */
  @Nullable Flow flow(SipRequest r, Flow in, @Nullable Call call) {
    relay = null;
    RouteCookie cookie = routes.content();
    boolean toCaller = !cookie.fromCaller(r);
    MovedFlow moved = moved(r, call);
    Flow noted = moved == null ? routes.flow(r, wire, in) : open(moved.flow());
    boolean connected =
        moved == null ? cookie.connection(toCaller) != 0 : moved.flow().connection() != 0;
    int mark = cookie.device(toCaller);
    if (mark == 0 || noted != null && connected) {
      return noted;
    }
    Binding now = location.now(r, new DialogSide.Device(mark, cookie.aor(toCaller)), noted);
    Flow found = now == null || isOlder(now, moved) ? null : location.flow(now);
    if (now == null || found == null) {
      return noted;
    }
    relay = location.node(now);
    return found;
  }

  private static boolean isOlder(Binding binding, @Nullable MovedFlow moved) {
    return moved != null && binding.renewal().atMs() < moved.atMs();
  }

  private static @Nullable Flow open(Flow flow) {
    return flow.open() ? flow : null;
  }

  private @Nullable MovedFlow moved(SipRequest r, @Nullable Call call) {
    return call == null || routes.hasNext() ? null : call.moved(!routes.content().fromCaller(r));
  }

  /** The second choice, for when the Contact does not lead there; null for none. */
  @Nullable Flow spare(SipRequest r, Flow in) {
    return routes.hasSpare(r) ? flow(r, in, null) : none();
  }

  /**
   * Where the sender of a request is now, when that is another flow than the one it is known by. It
   * counts once the other side has accepted the request: who repeats an old one has an old CSeq.
   *
   * @param call the call that the tags and the sealed cookie of the request belong to
   * @return null when nothing has changed, or its Contact is the way to it
   */
  @Nullable MovedFlow movedTo(SipRequest r, Flow in, @Nullable Call call) {
    if (in instanceof InsertedFlow) {
      return null;
    }
    RouteCookie cookie = routes.content();
    boolean caller = cookie.fromCaller(r);
    boolean backend = !caller && cookie.backend() != 0;
    if (call == null || call.state() != Call.State.UP || backend || !NatDetection.isDirect(r)) {
      return null;
    }
    MovedFlow before = call.moved(caller);
    boolean known = before == null ? isNoted(cookie, caller, in) : before.isOver(in);
    boolean byFlow = before != null || cookie.hasFlow(caller);
    return known || !byFlow && !wayBack.needsFlow(r, in)
        ? null
        : new MovedFlow(in, location.nowMs());
  }

  private static boolean isNoted(RouteCookie cookie, boolean caller, Flow in) {
    return cookie.hasFlow(caller)
        && cookie.connection(caller) == in.connection()
        && cookie.address(caller).equals(in.remote())
        && cookie.transport(caller).equals(in.transport().name());
  }

  /**
   * True when the side whose connection has ended says in its Contact that it listens, at a name or
   * where it spoke from, or at a public address: a new connection can be opened. Behind NAT it
   * cannot, and a browser never listens.
   */
  boolean listens(SipRequest r) {
    RouteCookie cookie = routes.content();
    SipUri contact = routes.target();
    Transport transport = Transports.of(contact);
    if (!contact.isSip() || Transports.WS.equals(transport) || Transports.WSS.equals(transport)) {
      return false;
    }
    InetAddress host =
        IpLiteralParser.address(contact.bytes(), contact.hostFrom(), contact.hostTo());
    if (host == null) {
      return LocationLookup.isName(contact);
    }
    boolean toCaller = !cookie.fromCaller(r);
    InetAddress from = cookie.hasFlow(toCaller) ? cookie.address(toCaller).getAddress() : null;
    return host.equals(from) || !NatDetection.isPrivate(host);
  }

  /**
   * A flow to the backend on the other side, where that is better than its Contact: it names a
   * transport or family that no listener speaks, or a private address though the backend is met at
   * a public one, or who is met there must prove what the backend must.
   *
   * @return null when the Contact is good, or the backend is not known here
   */
  @Nullable Flow backend(SipRequest r, RoutingPolicy policy, Flow in) {
    if (routes.hasNext()) {
      return null;
    }
    RouteCookie cookie = routes.content();
    SipUri contact = routes.target();
    Transport transport = Transports.of(contact);
    boolean secure = transport != null && transport.secure();
    boolean theirs = cookie.fromCaller(r) && cookie.backend() != 0;
    boolean dead = theirs && isDead(contact);
    Peer peer = dead ? find(policy, cookie.backend(), contact) : null;
    if (!dead && theirs && anyPublic(policy) && NatDetection.isPrivate(contact)) {
      Peer far = find(policy, cookie.backend(), contact);
      peer = far == null || NatDetection.isPrivate(far.address().getAddress()) ? null : far;
    }
    if (peer == null && !dead && secure) {
      peer = find(policy, 0, contact);
    }
    return peer == null ? null : exits.to(peer, routes.leaveBy(in));
  }

  // Asked once for each policy: a farm with private addresses needs no search.
  @SuppressWarnings("ReferenceEquality") // the same policy is the same object
  private boolean anyPublic(RoutingPolicy policy) {
    if (asked != policy) {
      asked = policy;
      anyPublic = false;
      for (Pool pool : policy.pools().values()) {
        for (Backend backend : pool.backends()) {
          InetSocketAddress address = backend.address();
          anyPublic |= address != null && !NatDetection.isPrivate(address.getAddress());
        }
      }
    }
    return anyPublic;
  }

  // The backend of that number, or for 0 the one that is where the Contact says.
  private static @Nullable Peer find(RoutingPolicy policy, int number, SipUri contact) {
    for (Pool pool : policy.pools().values()) {
      for (Backend backend : pool.backends()) {
        Peer peer = backend.peer();
        boolean meant =
            number != 0
                ? RequestSender.number(pool.name(), backend) == number
                : backend.secure() && peer != null && isAt(peer, contact);
        if (meant) {
          return peer;
        }
      }
    }
    return null;
  }

  private static boolean isAt(Peer peer, SipUri contact) {
    InetAddress host =
        IpLiteralParser.address(contact.bytes(), contact.hostFrom(), contact.hostTo());
    return peer.address().getPort() == Transports.port(contact)
        && peer.address().getAddress().equals(host);
  }

  private boolean isDead(SipUri contact) {
    Transport transport = Transports.of(contact);
    byte[] bytes = contact.bytes();
    if (!contact.isSip() || transport == null || NatDetection.isInvalid(contact)) {
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
