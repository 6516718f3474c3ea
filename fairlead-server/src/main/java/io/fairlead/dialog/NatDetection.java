// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.Via;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a peer sits behind NAT, as its request shows: then only the flow it speaks by reaches it.
 * Without a sign of NAT it is where its Contact says, whatever address and port it sends from (RFC
 * 3261 §8.1.1.8, §12.2.1.1). Proxy and registrars ask here. Immutable.
 */
public final class NatDetection {
  private static final CidrSet PRIVATE =
      CidrSet.of(
          List.of(
              Cidr.parse("0.0.0.0/8"),
              Cidr.parse("10.0.0.0/8"),
              Cidr.parse("127.0.0.0/8"),
              Cidr.parse("172.16.0.0/12"),
              Cidr.parse("192.168.0.0/16"),
              Cidr.parse("100.64.0.0/10"),
              Cidr.parse("169.254.0.0/16"),
              Cidr.parse("::/127"),
              Cidr.parse("fc00::/7"),
              Cidr.parse("fe80::/10")));
  private static final byte[] INVALID = ascii(".invalid");
  private static final byte[] OB = ascii("ob");
  private static final byte[] GR = ascii("gr");

  private NatDetection() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * True when only the flow reaches the peer that sent a request over it.
   *
   * @param contact what the request has as Contact, parsed
   * @param relayed true when a proxy stands between: then the source is the proxy's
   */
  public static boolean between(Flow flow, SipRequest request, SipUri contact, boolean relayed) {
    if (relayed) {
      return isPrivate(contact);
    }
    return listensNowhere(flow, contact)
        || contradicts(request.via(), request.bytes(), flow)
        || hides(contact, request, flow);
  }

  /** True when no other proxy stands between us and who sent the request. */
  public static boolean isDirect(SipRequest request) {
    int header = request.via().header();
    return request.next(HeaderName.VIA, header) < 0
        && request.via().nextElement(request.valueEnd(header)) < 0;
  }

  /** True when the Contact is where the flow comes from. */
  public static boolean isSource(SipUri contact, Flow flow) {
    return Transports.port(contact) == flow.remote().getPort()
        && isHost(contact, flow.remote().getAddress());
  }

  /** True for an address that means something else in each network. */
  public static boolean isPrivate(SipUri uri) {
    InetAddress address = uri.isSip() ? address(uri) : null;
    return address != null && isPrivate(address);
  }

  /** True for an address that means something else in each network. */
  public static boolean isPrivate(InetAddress address) {
    return PRIVATE.contains(address);
  }

  /** True for a host that was never meant to be looked up (RFC 2606 §2), as browsers write it. */
  public static boolean isInvalid(SipUri uri) {
    int from = Math.max(uri.hostFrom(), uri.hostTo() - INVALID.length);
    return Ascii.equalsLower(uri.bytes(), from, uri.hostTo(), INVALID);
  }

  // A browser (RFC 7118 §5), one that says so (RFC 5626 §5.4), and one whose URI leads to its
  // registrar (RFC 5627) are met nowhere else.
  private static boolean listensNowhere(Flow flow, SipUri contact) {
    String transport = flow.transport().name();
    return transport.equals("ws")
        || transport.equals("wss")
        || !contact.isSip()
        || isInvalid(contact)
        || contact.hasParam(OB)
        || contact.hasParam(GR);
  }

  // What the Via says of the sender is not what the wire says. Whoever is behind NAT asks for rport
  // (RFC 3581), else no answer would reach it; without it a high port is a habit of the sender. A
  // connection has a port of its own at the peer's end. A name says nothing, and is not looked up.
  private static boolean contradicts(Via via, byte[] bytes, Flow flow) {
    if (Responses.sameHost(bytes, via.hostFrom(), via.hostTo(), flow.remote().getAddress())) {
      return otherPort(via, flow);
    }
    InetAddress sentBy = IpLiteralParser.address(bytes, via.hostFrom(), via.hostTo());
    return sentBy == null ? otherPort(via, flow) : via.hasRport() || isPrivate(sentBy);
  }

  private static boolean otherPort(Via via, Flow flow) {
    int port = via.port() > 0 ? via.port() : flow.transport().defaultPort();
    return via.hasRport() && !flow.transport().reliable() && port != flow.remote().getPort();
  }

  // A private address seen from outside its network. One who sends from another private address and
  // knows it, as the Via shows, has several.
  private static boolean hides(SipUri contact, SipRequest request, Flow flow) {
    InetAddress source = flow.remote().getAddress();
    if (isHost(contact, source) || !isPrivate(contact)) {
      return false;
    }
    Via via = request.via();
    return !isPrivate(source)
        || !Responses.sameHost(request.bytes(), via.hostFrom(), via.hostTo(), source);
  }

  private static boolean isHost(SipUri uri, InetAddress address) {
    return Responses.sameHost(uri.bytes(), uri.hostFrom(), uri.hostTo(), address);
  }

  private static @Nullable InetAddress address(SipUri uri) {
    return IpLiteralParser.address(uri.bytes(), uri.hostFrom(), uri.hostTo());
  }
}
