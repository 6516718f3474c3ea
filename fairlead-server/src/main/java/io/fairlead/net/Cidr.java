// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * A network such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a lone address is a network of one
 * (RFC 4632, RFC 4291 §2.3). Bits beyond the prefix are cleared. Immutable.
 *
 * @param address the first address
 * @param prefix bits that count
 */
public record Cidr(InetAddress address, int prefix) {
  public Cidr {
    int width = width(address);
    if (prefix < 0 || prefix > width) {
      throw new IllegalArgumentException("the prefix must be 0 to " + width);
    }
    address = masked(address, prefix);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    InetAddress address = IpAddresses.literal(host);
    if (address == null) {
      throw new IllegalArgumentException("`" + text + "` is not a network");
    }
    if (slash < 0) {
      return new Cidr(address, width(address));
    }
    String digits = text.substring(slash + 1);
    if (!digits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("`" + text + "` has no number after `/`");
    }
    boolean mapped = address instanceof Inet4Address && host.indexOf(':') >= 0;
    return new Cidr(address, Integer.parseInt(digits) - (mapped ? 96 : 0));
  }

  /** What {@link #parse} accepts, in words. */
  public static String expected() {
    return "a network such as `10.0.0.0/8`, or an address";
  }

  /** Whether an address is in it. */
  public boolean contains(InetAddress other) {
    return width(other) == width(address) && masked(other, prefix).equals(address);
  }

  /** Whether it is one of IPv4. */
  public boolean isV4() {
    return address instanceof Inet4Address;
  }

  private static int width(InetAddress address) {
    return address instanceof Inet4Address ? 32 : 128;
  }

  private static InetAddress masked(InetAddress address, int prefix) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int bits = Math.clamp(prefix - 8L * i, 0, 8);
      bytes[i] &= (byte) (0xff00 >> bits);
    }
    return of(bytes);
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("an address of " + ByteBuffer.wrap(bytes), e);
    }
  }

  @Override
  public String toString() {
    return address.getHostAddress() + '/' + prefix;
  }
}
