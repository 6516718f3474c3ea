// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.net.IpLiteralParser;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Where a node is for the other nodes: a SIP URI without user. Immutable.
 *
 * @param host an IPv4 address, or an IPv6 address in brackets
 * @param port the usual one of the transport when none is written
 * @param transport {@code udp}, {@code tcp} or {@code tls}
 */
public record ClusterNodeUri(String host, int port, String transport) {
  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ClusterNodeUri parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SipUri uri = new SipUri();
    if (!uri.parse(bytes, 0, bytes.length)
        || !uri.isSip()
        || uri.scheme() == SipUri.Scheme.SIPS
        || uri.hasUser()
        || IpLiteralParser.address(bytes, uri.hostFrom(), uri.hostTo()) == null) {
      throw new IllegalArgumentException("`" + text + "` is not " + expected());
    }
    String written = uri.param(SipUri.TRANSPORT).toLowerCase(Locale.ROOT);
    String transport = written.isEmpty() ? "udp" : written;
    if (!List.of("udp", "tcp", "tls").contains(transport)) {
      throw new IllegalArgumentException("transport=" + transport + " is not udp, tcp or tls");
    }
    return new ClusterNodeUri(uri.host(), Transports.port(uri), transport);
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "the SIP URI of a node such as `sip:10.0.0.2:5060`";
  }

  /** As in a URI, with its parameters: {@code 10.0.0.2:5060;transport=tcp}. */
  public String hostPort() {
    return host + ":" + port + (transport.equals("udp") ? "" : ";transport=" + transport);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    byte[] text = host.getBytes(StandardCharsets.US_ASCII);
    return new InetSocketAddress(IpLiteralParser.address(text, 0, text.length), port);
  }

  @Override
  public String toString() {
    return "sip:" + hostPort();
  }
}
