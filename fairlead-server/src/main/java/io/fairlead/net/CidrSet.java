// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A set of networks that answers whether an address is in one of them, by binary search. Networks
 * are nested or disjoint, never overlapping, so those inside another are left out and the rest is
 * sorted. Immutable.
 */
public final class CidrSet {
  /** No network. */
  public static final CidrSet NONE = new CidrSet(List.of());

  private final List<Cidr> networks;
  private final int[] first4;
  private final int[] last4;
  private final long[] high6;
  private final long[] low6;
  private final int[] prefix6;

  private CidrSet(Collection<Cidr> given) {
    networks = List.copyOf(given);
    List<Cidr> v4 = outermost(given.stream().filter(Cidr::isV4), CidrSet::compare4);
    first4 = v4.stream().mapToInt(cidr -> bits(cidr.address())).toArray();
    last4 = new int[first4.length];
    for (int i = 0; i < first4.length; i++) {
      int prefix = v4.get(i).prefix();
      last4[i] = first4[i] | (prefix == 0 ? -1 : ~(-1 << (32 - prefix)));
    }
    List<Cidr> v6 = outermost(given.stream().filter(cidr -> !cidr.isV4()), CidrSet::compare6);
    high6 = v6.stream().mapToLong(cidr -> half(cidr.address(), 0)).toArray();
    low6 = v6.stream().mapToLong(cidr -> half(cidr.address(), 8)).toArray();
    prefix6 = v6.stream().mapToInt(Cidr::prefix).toArray();
  }

  /** The set of these networks. */
  public static CidrSet of(Collection<Cidr> networks) {
    return networks.isEmpty() ? NONE : new CidrSet(networks);
  }

  /** The networks as given. */
  public List<Cidr> networks() {
    return networks;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return networks.isEmpty();
  }

  /**
   * Whether an address is in the set. Allocates nothing for IPv4; the JDK shows an IPv6 address
   * only as a copy.
   */
  public boolean contains(InetAddress address) {
    if (address instanceof Inet4Address) {
      return first4.length > 0 && contains4(bits(address));
    }
    return high6.length > 0 && contains6(half(address, 0), half(address, 8));
  }

  /** Whether an address is in the set, given as two halves, IPv4 as mapped to IPv6. */
  public boolean contains(long upper, long lower) {
    return upper == 0 && SourceKey.isV4(lower)
        ? first4.length > 0 && contains4((int) lower)
        : high6.length > 0 && contains6(upper, lower);
  }

  /** Whether an IPv4 address, given as its 32 bits, is in the set. */
  public boolean contains4(int address) {
    int low = 0;
    int high = first4.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Integer.compareUnsigned(address, first4[middle]) < 0) {
        high = middle - 1;
      } else if (Integer.compareUnsigned(address, last4[middle]) > 0) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Whether an IPv6 address, given as its two halves, is in the set. */
  public boolean contains6(long upper, long lower) {
    int low = 0;
    int high = high6.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long upperPart = upper & upperMask(prefix6[middle]);
      long lowerPart = lower & lowerMask(prefix6[middle]);
      if (upperPart == high6[middle] && lowerPart == low6[middle]) {
        return true;
      }
      if (compare(upper, lower, high6[middle], low6[middle]) < 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return false;
  }

  /** Sorted, a network comes right before those inside it. */
  private static List<Cidr> outermost(Stream<Cidr> given, Comparator<Cidr> byAddress) {
    List<Cidr> outer = new ArrayList<>();
    for (Cidr cidr : given.sorted(byAddress.thenComparingInt(Cidr::prefix)).toList()) {
      if (outer.isEmpty() || !outer.getLast().contains(cidr.address())) {
        outer.add(cidr);
      }
    }
    return outer;
  }

  private static int compare4(Cidr a, Cidr b) {
    return Integer.compareUnsigned(bits(a.address()), bits(b.address()));
  }

  private static int compare6(Cidr a, Cidr b) {
    return compare(
        half(a.address(), 0), half(a.address(), 8), half(b.address(), 0), half(b.address(), 8));
  }

  private static int compare(long upperA, long lowerA, long upperB, long lowerB) {
    int upper = Long.compareUnsigned(upperA, upperB);
    return upper != 0 ? upper : Long.compareUnsigned(lowerA, lowerB);
  }

  private static long upperMask(int prefix) {
    return prefix == 0 ? 0 : prefix >= 64 ? -1 : -1L << (64 - prefix);
  }

  private static long lowerMask(int prefix) {
    return prefix <= 64 ? 0 : -1L << (128 - prefix);
  }

  /**
   * An IPv4 address hashes to its own bits, the only view of them that is no copy; a test holds the
   * JDK to it.
   */
  private static int bits(InetAddress address) {
    return address.hashCode();
  }

  private static long half(InetAddress address, int from) {
    return ByteBuffer.wrap(address.getAddress()).getLong(from);
  }

  @Override
  public String toString() {
    return networks.toString();
  }
}
