// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import java.net.InetAddress;

/**
 * An address as configured, never a name. Immutable.
 *
 * @param address IPv4 or IPv6
 */
public record IpAddress(InetAddress address) {
  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static IpAddress parse(String text) {
    InetAddress address = IpAddresses.literal(text);
    if (address == null) {
      throw new IllegalArgumentException("`" + text + "` is not an IP address");
    }
    return new IpAddress(address);
  }

  /** What {@link #parse} accepts, in words. */
  public static String expected() {
    return "an IP address such as `10.0.0.1` or `2001:db8::1`";
  }

  @Override
  public String toString() {
    return address.getHostAddress();
  }
}
