// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.DeviceAddress;
import io.fairlead.dialog.DialogSide;
import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.Gruu;
import io.fairlead.dialog.NatDetection;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Bindings;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Peer;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a registered user is (RFC 3261 §16.5) and the way to each of its devices: the flow it
 * registered over (RFC 5626 §7), its Path (RFC 3327), or the node that holds its flow.
 *
 * <p>Owned by one loop.
 */
final class LocationLookup {
  private static final byte[] GR = "gr".getBytes(StandardCharsets.US_ASCII);
  private static final Comparator<Binding> BEST_FIRST = Comparator.comparingInt(each -> -each.q());

  private final Bindings bindings;
  private final LongSupplier clockMs;
  private final PeerNodes nodes;
  private final OutboundFlows wire;
  private final FlowToken token;
  private final Gruu gruu;
  private final DeviceAddress listening = new DeviceAddress();
  private final SipUri uri = new SipUri();
  private final SipUri mark = new SipUri();
  private final NameAddr element = new NameAddr();
  private final SipWriter text = new SipWriter(256);

  LocationLookup(
      Bindings bindings,
      LongSupplier clockMs,
      PeerNodes nodes,
      OutboundFlows wire,
      CookieKeys keys) {
    this.bindings = bindings;
    this.clockMs = clockMs;
    this.nodes = nodes;
    this.wire = wire;
    this.token = new FlowToken(keys);
    this.gruu = new Gruu(keys);
  }

  /** The one of a proxy. */
  static LocationLookup of(ProxyDependencies house) {
    return new LocationLookup(
        house.bindings(), house.clockMs(), house.nodes(), house.wire(), house.keys());
  }

  /**
   * The bindings of a user, highest q first, then the one renewed last; the list is the caller's.
   */
  List<Binding> of(SipUri user) {
    boolean oneDevice = user.hasParam(GR);
    Gruu.Owner owner = oneDevice ? gruu.read(user) : null;
    AddressOfRecord aor = owner == null ? AddressOfRecord.of(user) : owner.aor();
    if (aor == null || oneDevice && owner == null) {
      return new ArrayList<>();
    }
    List<Binding> found = new ArrayList<>(bindings.of(aor, clockMs.getAsLong()));
    found.removeIf(each -> !each.isCallable());
    if (owner != null) {
      // A GRUU means one device, also when that is not there (RFC 5627 §5.1).
      byte[] one = owner.instance();
      found.removeIf(each -> !each.device().isInstance(one, 0, one.length));
    }
    found.sort(BEST_FIRST);
    return found;
  }

  /** What is written into a request for a binding. */
  BranchDestination.Bound to(Binding binding) {
    Binding.Origin origin = binding.origin();
    text.clear();
    boolean here = origin.node() == nodes.self();
    PeerNodes.Node node = here ? null : nodes.of(origin.node());
    if (node != null) {
      token.write(text.put("<sip:"), listening.of(binding));
      text.put('@').put(node.hostPort()).put(";lr>");
    }
    if (binding.path().length > 0) {
      text.put(text.length() > 0 ? ", " : "").put(binding.path());
    }
    boolean stream = origin.connection() != 0;
    boolean byFlow = here && binding.path().length == 0 && (origin.nat() || stream);
    return new BranchDestination.Bound(binding, requestUri(binding), text.copy(), byFlow);
  }

  /** Epoch milliseconds. */
  long nowMs() {
    return clockMs.getAsLong();
  }

  // ---- devices that are found again ----

  /** True when another node of ours is at the end of a flow. */
  boolean isNode(Flow flow) {
    return nodes.isNode(flow);
  }

  /** The device of a caller: the one that registered over the flow its request came by. */
  DialogSide.Device device(SipRequest r, Flow in) {
    return holder(party(r, HeaderName.FROM), in);
  }

  /** The device that a request goes to over a flow. */
  DialogSide.Device device(SipRequest r, BranchDestination to, Flow over) {
    AddressOfRecord named = party(r, HeaderName.TO);
    if (!(to instanceof BranchDestination.Bound bound)) {
      return holder(named, over);
    }
    AddressOfRecord aor = owner(r.uri());
    return aor == null
        ? DialogSide.Device.NONE
        : new DialogSide.Device(
            mark(bound.binding()), aor.equals(named) ? Binding.NONE : aor.bytes());
  }

  private DialogSide.Device holder(@Nullable AddressOfRecord aor, Flow of) {
    List<Binding> all = aor == null ? List.of() : bindings.of(aor, clockMs.getAsLong());
    for (Binding binding : all) {
      if (holds(binding, of)) {
        return new DialogSide.Device(mark(binding), Binding.NONE);
      }
    }
    return DialogSide.Device.NONE;
  }

  private static boolean holds(Binding binding, Flow flow) {
    Binding.Origin origin = binding.origin();
    return origin.transport().equals(flow.transport().name())
        && (flow.connection() == 0
            ? origin.remote().equals(flow.remote())
            : origin.connection() == flow.connection());
  }

  /**
   * The binding that a device has now, by instance and not by the socket it had (RFC 5626 §7).
   *
   * @param r a request inside a dialog with it
   * @param device as noted when the dialog began
   * @param noted its flow then, which stays when the device still holds it
   * @return null when the device is not registered now, or holds the flow noted
   */
  @Nullable Binding now(SipRequest r, DialogSide.Device device, @Nullable Flow noted) {
    byte[] aor = device.aor();
    AddressOfRecord owner = aor.length > 0 ? AddressOfRecord.ofBytes(aor) : party(r, HeaderName.TO);
    Binding now = null;
    int several = 0;
    List<Binding> all = owner == null ? List.of() : bindings.of(owner, clockMs.getAsLong());
    for (Binding binding : all) {
      if (mark(binding) == device.mark() && binding.path().length == 0) {
        if (noted != null && isStill(binding.origin(), noted)) {
          return null;
        }
        several += binding.device().instance().length == 0 ? 1 : 0;
        now = now == null ? binding : now;
      }
    }
    // Without instances two devices of one user may look alike.
    return several > 1 ? null : now;
  }

  // A NAT lets in only the node that the device spoke to last.
  private boolean isStill(Binding.Origin origin, Flow noted) {
    return origin.remote().equals(noted.remote())
        && (origin.node() == nodes.self() || !origin.nat());
  }

  /** The other node that holds a binding's flow; null when it is held here. */
  PeerNodes.@Nullable Node node(Binding binding) {
    int number = binding.origin().node();
    return number == nodes.self() ? null : nodes.of(number);
  }

  private @Nullable AddressOfRecord party(SipRequest r, HeaderName header) {
    int line = r.first(header);
    return line >= 0
            && element.parse(r.bytes(), r.valueStart(line), r.valueEnd(line))
            && uri.parse(r.bytes(), element.uriFrom(), element.uriTo())
        ? owner(uri)
        : null;
  }

  private @Nullable AddressOfRecord owner(SipUri user) {
    if (!user.hasParam(GR)) {
      return AddressOfRecord.of(user);
    }
    Gruu.Owner owner = gruu.read(user);
    return owner == null ? null : owner.aor();
  }

  private int mark(Binding binding) {
    byte[] instance = binding.device().instance();
    if (instance.length > 0) {
      return nonZero(Ascii.hashAnyCase(1, instance, 0, instance.length));
    }
    byte[] contact = binding.contact();
    return mark.parse(contact, 0, contact.length)
        ? nonZero(Ascii.hash(2, contact, mark.userFrom(), mark.userTo()))
        : 0;
  }

  private static int nonZero(long hash) {
    int folded = (int) (hash ^ hash >>> 32);
    return folded == 0 ? 1 : folded;
  }

  private static byte[] requestUri(Binding binding) {
    byte[] contact = binding.contact();
    int end = binding.uriEnd();
    return end < contact.length ? Arrays.copyOf(contact, end) : contact;
  }

  /** The flow to a destination; null when it cannot be reached now. */
  @Nullable Flow flow(BranchDestination to) {
    return switch (to) {
      case BranchDestination.Named named -> named.flow();
      case BranchDestination.Bound bound ->
          bound.byFlow() ? flow(bound.binding(), bound.binding().origin()) : flow(bound.binding());
      case BranchDestination.Elsewhere elsewhere -> flow(elsewhere.node());
    };
  }

  /**
   * The flow it registered over, when that is another way than the one taken.
   *
   * @param bound where its Contact leads to nobody
   * @return null when there is no other way
   */
  BranchDestination.@Nullable Bound overFlow(BranchDestination.Bound bound) {
    Binding binding = bound.binding();
    Binding.Origin origin = binding.origin();
    boolean other = name(bound) != null || !origin.equals(listening.of(binding));
    return bound.byFlow() || !other || origin.node() != nodes.self() ? null : bound.overFlow();
  }

  /** What a token says of where a request with that target goes. */
  BranchDestination.Named to(FlowToken read, SipUri target) {
    Flow flow = named(read);
    boolean contact =
        flow != null
            && !flow.transport().reliable()
            && target.isSip()
            && NatDetection.isSource(target, flow);
    return new BranchDestination.Named(flow, !contact);
  }

  /** The listener by which a destination is to be met; null for any. */
  @Nullable Listener listener(BranchDestination to) {
    return to instanceof BranchDestination.Bound bound
            && bound.binding().origin().node() == nodes.self()
        ? listener(bound.binding().origin())
        : null;
  }

  /** The flow a token names; null when it is gone, or another node holds it. */
  @Nullable Flow named(FlowToken read) {
    return read.node() == 0 || read.node() == nodes.self() ? read.flow(wire) : null;
  }

  /** The flow to a binding, or to the node that holds it; null when there is none now. */
  @Nullable Flow flow(Binding binding) {
    return flow(binding, listening.of(binding));
  }

  // By the address in the origin, or the connection.
  private @Nullable Flow flow(Binding binding, Binding.Origin origin) {
    if (origin.node() != nodes.self()) {
      PeerNodes.Node node = nodes.of(origin.node());
      return node == null ? null : flow(node);
    }
    Listener by = listener(origin);
    if (by == null ? origin.transport().equals("udp") : !by.transport().reliable()) {
      // From another address a NAT would not let it in.
      return by == null && origin.nat()
          ? null
          : wire.flowTo(origin.transport(), origin.remote(), by);
    }
    Flow open = origin.connection() == 0 ? null : wire.connection(origin.connection());
    if (open != null && open.open()) {
      return open;
    }
    return origin.nat() && binding.path().length == 0 ? null : anew(binding, by);
  }

  // ---- names ----

  /**
   * The name at which a destination is to be met, its Path's or its Contact's; it is valid until
   * the next call.
   *
   * @return null when there is none, or a flow is the way
   */
  @Nullable SipUri name(BranchDestination to) {
    if (!(to instanceof BranchDestination.Bound bound)) {
      return null;
    }
    Binding binding = bound.binding();
    Binding.Origin origin = binding.origin();
    boolean behindNat = origin.nat() && binding.path().length == 0;
    boolean overFlow = bound.byFlow() && origin.connection() == 0;
    if (origin.node() != nodes.self() || behindNat || overFlow || isConnected(origin)) {
      return null;
    }
    SipUri hop = listening.hop(binding);
    return hop != null && isName(hop) ? hop : null;
  }

  private boolean isConnected(Binding.Origin origin) {
    Flow open = origin.connection() == 0 ? null : wire.connection(origin.connection());
    return open != null && open.open();
  }

  /** True for a URI with a name that may lead somewhere: no address, and not a browser's. */
  static boolean isName(SipUri uri) {
    byte[] bytes = uri.bytes();
    int from = uri.hostFrom();
    int to = uri.hostTo();
    return uri.isSip()
        && to > from
        && bytes[from] != '['
        && !(bytes[to - 1] >= '0' && bytes[to - 1] <= '9')
        && !NatDetection.isInvalid(uri);
  }

  private @Nullable Flow flow(PeerNodes.Node node) {
    return wire.wayTo(Peer.at(node.transport(), node.address()), null);
  }

  private @Nullable Listener listener(Binding.Origin origin) {
    List<Listener> all = wire.listeners();
    for (int i = 0; i < all.size(); i++) {
      Listener listener = all.get(i);
      if (listener.name().equals(origin.listener())
          && listener.transport().name().equals(origin.transport())) {
        return listener;
      }
    }
    return null;
  }

  // A connection ended, but the device, or the proxy before it, can be called at its address.
  private @Nullable Flow anew(Binding binding, @Nullable Listener by) {
    SipUri hop = listening.hop(binding);
    InetAddress address =
        hop == null ? null : IpLiteralParser.address(hop.bytes(), hop.hostFrom(), hop.hostTo());
    if (hop == null || address == null) {
      return null;
    }
    int usual = Transports.byName(binding.origin().transport()).defaultPort();
    int port = hop.port() < 0 ? usual : hop.port();
    Peer peer = Peer.at(binding.origin().transport(), new InetSocketAddress(address, port));
    return by == null ? wire.wayTo(peer, null) : wire.flowTo(peer, by);
  }

  /** How the call log names a phone: {@code udp:192.0.2.7:40123}. */
  static String title(String transport, InetSocketAddress remote) {
    String host = remote.getAddress().getHostAddress();
    return transport
        + ':'
        + (host.indexOf(':') < 0 ? host : '[' + host + ']')
        + ':'
        + remote.getPort();
  }
}
