// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.proxyprotocol;

import io.fairlead.net.IpAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Version 1: {@code PROXY TCP4 192.0.2.1 198.51.100.1 40000 5060} and a line break. Immutable.
 *
 * @param source null when the balancer does not know it
 */
record ProxyHeaderV1(@Nullable InetSocketAddress source) {
  /** The most bytes of a line, its end included. */
  static final int LONGEST = 107;

  private static final String UNKNOWN = "PROXY UNKNOWN";
  private static final int PARTS = 6;

  /** Behind the line's end, or -1 when it is not among the bytes, or too late. */
  static int end(byte[] bytes, int count) {
    int until = Math.min(count, LONGEST);
    for (int i = 1; i < until; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Reads a whole line; null when it breaks the grammar. */
  static @Nullable ProxyHeaderV1 read(String whole) {
    String line = whole.substring(0, whole.length() - 2);
    if (line.equals(UNKNOWN) || line.startsWith(UNKNOWN + " ")) {
      return new ProxyHeaderV1(null);
    }
    String[] part = line.split(" ", -1);
    if (part.length != PARTS || !(part[1].equals("TCP4") || part[1].equals("TCP6"))) {
      return null;
    }
    boolean ipv6 = part[1].equals("TCP6");
    InetSocketAddress from = address(part[2], part[4], ipv6);
    return from == null || address(part[3], part[5], ipv6) == null ? null : new ProxyHeaderV1(from);
  }

  private static @Nullable InetSocketAddress address(String host, String digits, boolean ipv6) {
    boolean right = host.indexOf(':') >= 0 == ipv6 && digits.matches("0|[1-9][0-9]{0,4}");
    InetAddress address = right ? IpAddresses.literal(host) : null;
    int port = right ? Integer.parseInt(digits) : -1;
    return address == null || port > 65535 ? null : new InetSocketAddress(address, port);
  }
}
