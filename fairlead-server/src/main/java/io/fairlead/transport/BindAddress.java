// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.sip.Responses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * Where a listener binds: {@code udp://203.0.113.10:5060}, {@code tcp://[2001:db8::1]}. Immutable.
 *
 * @param transport name of the transport
 * @param address the local address; an IP address, never a name
 * @param port the port; 0 lets the system choose
 */
public record BindAddress(String transport, InetAddress address, int port) {
  /** Reads the form above; without a port the transport's own is meant. */
  public static BindAddress parse(String text) {
    int scheme = text.indexOf("://");
    if (scheme < 1) {
      throw wrong(text);
    }
    String name = text.substring(0, scheme).toLowerCase(Locale.ROOT);
    String rest = text.substring(scheme + 3);
    int colon =
        rest.startsWith("[")
            ? rest.indexOf(':', Math.max(0, rest.indexOf(']')))
            : rest.indexOf(':');
    String host = colon < 0 ? rest : rest.substring(0, colon);
    int port =
        colon < 0 ? Transports.byName(name).defaultPort() : port(text, rest.substring(colon + 1));
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    InetAddress address = literal(text, bracketed ? host.substring(1, host.length() - 1) : host);
    if (bracketed != address instanceof Inet6Address) {
      throw wrong(text);
    }
    return new BindAddress(Transports.byName(name).name(), address, port);
  }

  /** The address and port for a socket. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, port);
  }

  /** As the operator writes it. */
  @Override
  public String toString() {
    return transport + "://" + hostPort(address, port);
  }

  /** {@code 192.0.2.1:5060} or {@code [2001:db8::1]:5060}. */
  static String hostPort(InetAddress address, int port) {
    String host = Responses.textOf(address);
    return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static InetAddress literal(String text, String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      throw wrong(text);
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "expected transport://address:port with an IP address, such as udp://192.0.2.1:5060 or"
            + " tcp://[2001:db8::1]:5060, not "
            + text);
  }
}
