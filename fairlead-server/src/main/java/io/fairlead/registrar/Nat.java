// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.Literals;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.Via;
import io.fairlead.transport.Flow;
import java.net.InetAddress;
import java.util.List;

/**
 * Whether a device sits behind NAT: whether what it says of its own address is not what the wire
 * says. Immutable.
 */
final class Nat {
  private static final CidrSet PRIVATE =
      CidrSet.of(
          List.of(
              Cidr.parse("10.0.0.0/8"),
              Cidr.parse("172.16.0.0/12"),
              Cidr.parse("192.168.0.0/16"),
              Cidr.parse("100.64.0.0/10"),
              Cidr.parse("169.254.0.0/16"),
              Cidr.parse("fc00::/7"),
              Cidr.parse("fe80::/10")));

  private Nat() {}

  /**
   * True when only the flow reaches the device that sent a REGISTER over it.
   *
   * @param contact what it registers, parsed
   * @param relayed true when a proxy stands between: then the source is the proxy's
   */
  static boolean between(Flow flow, SipRequest request, SipUri contact, boolean relayed) {
    if (relayed) {
      return isPrivate(contact);
    }
    // A browser listens nowhere (RFC 7118 §5).
    String transport = flow.transport().name();
    return transport.equals("ws")
        || transport.equals("wss")
        || differs(request, flow)
        || contact.isSip()
            && elsewhere(contact.bytes(), contact.hostFrom(), contact.hostTo(), flow);
  }

  // A connection has a port of its own at the device's end, whatever its Via says.
  private static boolean differs(SipRequest request, Flow flow) {
    Via via = request.via();
    int port = via.port() > 0 ? via.port() : flow.transport().defaultPort();
    return !flow.transport().reliable() && port != flow.remote().getPort()
        || elsewhere(request.bytes(), via.hostFrom(), via.hostTo(), flow);
  }

  // An address that is not the source; a name says nothing, and is not looked up.
  private static boolean elsewhere(byte[] bytes, int from, int to, Flow flow) {
    return !Responses.sameHost(bytes, from, to, flow.remote().getAddress())
        && Literals.address(bytes, from, to) != null;
  }

  private static boolean isPrivate(SipUri contact) {
    if (!contact.isSip()) {
      return false;
    }
    InetAddress address = Literals.address(contact.bytes(), contact.hostFrom(), contact.hostTo());
    return address != null && PRIVATE.contains(address);
  }
}
