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
    return address instanceof Inet4Address ? lower(address) : upper(address);
  }

  /**
   * The same of an address as two halves, an IPv4 address as mapped to IPv6 (RFC 4291 §2.5.5.2).
   */
  public static long of(long upper, long lower) {
    return upper == 0 && isV4(lower) ? lower : upper;
  }

  /** The upper half of an address, as mapped to IPv6. Allocates nothing for IPv4. */
  public static long upper(InetAddress address) {
    return address instanceof Inet4Address ? 0 : ByteBuffer.wrap(address.getAddress()).getLong();
  }

  /** The lower half of an address, as mapped to IPv6. Allocates nothing for IPv4. */
  public static long lower(InetAddress address) {
    // An IPv4 address hashes to its own bits, the only view of them that is no copy.
    return address instanceof Inet4Address
        ? V4 | address.hashCode() & 0xffffffffL
        : ByteBuffer.wrap(address.getAddress()).getLong(8);
  }

  /** The upper half of the first address that a key stands for, as mapped to IPv6. */
  public static long upper(long key) {
    return isV4(key) ? 0 : key;
  }

  /** The lower half of the first address that a key stands for, as mapped to IPv6. */
  public static long lower(long key) {
    return isV4(key) ? key : 0;
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
