// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.net.IpLiteralParser;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipUri;
import io.fairlead.store.Binding;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a registered device is called over UDP: at the address in its Contact, or in the first URI
 * of its Path (RFC 3261 §16.5, RFC 3327 §5.1), and not where it sent its REGISTER from, unless it
 * sits behind NAT. Names are not looked up here.
 *
 * <p>Owned by one loop.
 */
public final class DeviceAddress {
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();

  /** A binding's origin with the address to call it at. */
  public Binding.Origin of(Binding binding) {
    Binding.Origin origin = binding.origin();
    if (origin.nat() || origin.connection() != 0) {
      return origin;
    }
    SipUri hop = hop(binding);
    return hop == null ? origin : at(origin, hop);
  }

  /**
   * The first URI on the way to a device: of its Path, else its Contact. It is valid until the next
   * call.
   *
   * @return null when it cannot be read
   */
  public @Nullable SipUri hop(Binding binding) {
    byte[] path = binding.path();
    if (path.length == 0) {
      byte[] contact = binding.contact();
      return uri.parse(contact, 0, contact.length) ? uri : null;
    }
    boolean read =
        element.parse(path, 0, path.length) && uri.parse(path, element.uriFrom(), element.uriTo());
    return read ? uri : null;
  }

  /**
   * The origin of a binding with that Contact, and the address to call it at.
   *
   * @param flow the flow of its REGISTER, which came from the device itself
   * @param nat only the flow reaches it
   * @param node our number
   */
  public static Binding.Origin of(Flow flow, SipUri contact, boolean nat, int node) {
    Binding.Origin origin =
        new Binding.Origin(
            flow.listener().name(),
            flow.transport().name(),
            flow.remote(),
            flow.connection(),
            nat,
            node);
    return nat ? origin : at(origin, contact);
  }

  private static Binding.Origin at(Binding.Origin origin, SipUri hop) {
    Transport transport = Transports.of(hop);
    if (!hop.isSip()
        || transport == null
        || transport.reliable()
        || !transport.name().equals(origin.transport())
        || hop.hasParam(SipUri.MADDR)) {
      return origin;
    }
    InetAddress address = IpLiteralParser.address(hop.bytes(), hop.hostFrom(), hop.hostTo());
    InetSocketAddress remote = origin.remote();
    boolean hidden =
        address == null
            || NatDetection.isPrivate(address) && !NatDetection.isPrivate(remote.getAddress());
    int port = Transports.port(hop);
    if (hidden || remote.getPort() == port && remote.getAddress().equals(address)) {
      return origin;
    }
    return new Binding.Origin(
        origin.listener(),
        origin.transport(),
        new InetSocketAddress(address, port),
        origin.connection(),
        origin.nat(),
        origin.node());
  }
}
