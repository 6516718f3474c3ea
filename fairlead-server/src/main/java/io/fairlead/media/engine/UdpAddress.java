// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.net.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where datagrams go, {@code udp:127.0.0.1:2223}; {@code udp://} means the same. Immutable.
 *
 * @param address with a port
 */
public record UdpAddress(InetSocketAddress address) {
  private static final String SCHEME = "udp:";

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static UdpAddress parse(String text) {
    String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("`" + text + "` is not " + expected());
    }
    HostPort parsed = HostPort.parse(rest.startsWith("//") ? rest.substring(2) : rest);
    InetAddress address = parsed.address();
    if (address == null || parsed.port() == 0) {
      throw new IllegalArgumentException("`" + text + "` is not " + expected());
    }
    return new UdpAddress(new InetSocketAddress(address, parsed.port()));
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "an address such as `udp:127.0.0.1:2223`, without a name";
  }

  @Override
  public String toString() {
    String host = address.getAddress().getHostAddress();
    return SCHEME + (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + address.getPort();
  }
}
