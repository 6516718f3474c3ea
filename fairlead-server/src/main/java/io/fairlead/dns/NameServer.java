// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.net.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A DNS server: {@code 10.0.0.2}, {@code 127.0.0.1:5353}, {@code [2001:db8::53]:53}. Immutable.
 *
 * @param address where it is
 */
public record NameServer(InetSocketAddress address) {
  private static final int DNS_PORT = 53;

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static NameServer parse(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String bare = bracketed ? text.substring(1, text.length() - 1) : text;
    try {
      return new NameServer(new InetSocketAddress(InetAddress.ofLiteral(bare), DNS_PORT));
    } catch (IllegalArgumentException e) {
      InetAddress address = HostPort.parse(text).address();
      if (address == null) {
        throw new IllegalArgumentException("`" + text + "` is not " + expected(), e);
      }
      return new NameServer(new InetSocketAddress(address, HostPort.parse(text).port()));
    }
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "an address of a DNS server such as `10.0.0.2` or `127.0.0.1:5353`";
  }

  @Override
  public String toString() {
    return address.getAddress().getHostAddress() + " port " + address.getPort();
  }
}
