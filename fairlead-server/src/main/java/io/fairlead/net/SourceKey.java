// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * A source of messages as a number: an IPv4 address, or the /64 of an IPv6 address, since whoever
 * has one address of it has them all (RFC 6177 §2). Both kinds in one {@code long}: the upper half
 * of {@code ::ffff:0:0/64} is no network that anybody has.
 */
public final class SourceKey {
  private static final long V4 = 0x0000ffffL << 32;

  private SourceKey() {}

  /** The key of an address; that of IPv4 for one mapped to IPv6. */
  public static long of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        ? V4 | ByteBuffer.wrap(bytes).getInt() & 0xffffffffL
        : ByteBuffer.wrap(bytes).getLong();
  }

  /** Whether it is an IPv4 address, and not a /64. */
  public static boolean isV4(long key) {
    return key >>> 32 == V4 >>> 32;
  }

  /** The address, or the /64. */
  public static Cidr network(long key) {
    boolean v4 = isV4(key);
    byte[] bytes =
        v4
            ? ByteBuffer.allocate(4).putInt((int) key).array()
            : ByteBuffer.allocate(16).putLong(key).array();
    try {
      return new Cidr(InetAddress.getByAddress(bytes), v4 ? 32 : 64);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }
}
