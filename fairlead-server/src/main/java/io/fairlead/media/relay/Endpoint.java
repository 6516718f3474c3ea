// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.linux.Sockaddr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;

/**
 * Address and port of a peer as the kernel writes them, compared without an object for what has
 * just come. Immutable.
 *
 * @param head family and port; for IPv4 the address too
 * @param high the first half of an IPv6 address, else 0
 * @param low the second half
 * @param scope the interface of a link-local one
 */
record Endpoint(long head, long high, long low, int scope) {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int AF_INET6 = 10;
  private static final long FAMILY_AND_PORT = 0xffffffffL;

  static Endpoint of(InetSocketAddress address) {
    byte[] raw = Sockaddr.of(address);
    byte[] whole = java.util.Arrays.copyOf(raw, Sockaddr.room());
    return read(MemorySegment.ofArray(whole), 0);
  }

  /** What stands there in the kernel's form. */
  static Endpoint read(MemorySegment memory, long at) {
    if (!isIpv6(memory, at)) {
      return new Endpoint(memory.get(LONG, at), 0, 0, 0);
    }
    return new Endpoint(
        memory.get(LONG, at) & FAMILY_AND_PORT,
        memory.get(LONG, at + 8),
        memory.get(LONG, at + 16),
        memory.get(INT, at + 24));
  }

  private static boolean isIpv6(MemorySegment memory, long at) {
    return memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) == AF_INET6;
  }

  private boolean ipv6() {
    return (short) head == AF_INET6;
  }

  /** True when what stands there is the same address and port. */
  boolean isAt(MemorySegment memory, long at) {
    if (!ipv6()) {
      return memory.get(LONG, at) == head;
    }
    return (memory.get(LONG, at) & FAMILY_AND_PORT) == head
        && memory.get(LONG, at + 8) == high
        && memory.get(LONG, at + 16) == low
        && memory.get(INT, at + 24) == scope;
  }

  /** Remembers what stands there in numbers, four of them, which cost no object. */
  static void keep(MemorySegment memory, long at, long[] kept) {
    boolean ipv6 = isIpv6(memory, at);
    kept[0] = ipv6 ? memory.get(LONG, at) & FAMILY_AND_PORT : memory.get(LONG, at);
    kept[1] = ipv6 ? memory.get(LONG, at + 8) : 0;
    kept[2] = ipv6 ? memory.get(LONG, at + 16) : 0;
    kept[3] = ipv6 ? memory.get(INT, at + 24) : 0;
  }

  /** True when what stands there is what is {@link #keep kept}. */
  static boolean isKept(MemorySegment memory, long at, long[] kept) {
    boolean ipv6 = isIpv6(memory, at);
    return ipv6
        ? (memory.get(LONG, at) & FAMILY_AND_PORT) == kept[0]
            && memory.get(LONG, at + 8) == kept[1]
            && memory.get(LONG, at + 16) == kept[2]
            && memory.get(INT, at + 24) == kept[3]
        : memory.get(LONG, at) == kept[0];
  }

  /** True when what stands there is the same address, whatever the port. */
  boolean isAddressAt(MemorySegment memory, long at) {
    if (!ipv6()) {
      return !isIpv6(memory, at) && memory.get(INT, at + 4) == (int) (head >>> 32);
    }
    return isIpv6(memory, at)
        && memory.get(LONG, at + 8) == high
        && memory.get(LONG, at + 16) == low;
  }

  /** Writes it there in the kernel's form; gives its length. */
  int write(MemorySegment memory, long at) {
    memory.set(LONG, at, head);
    memory.set(LONG, at + 8, high);
    if (!ipv6()) {
      return 16;
    }
    memory.set(LONG, at + 16, low);
    memory.set(INT, at + 24, scope);
    return 28;
  }

  /** The same as an object of the JDK. */
  InetSocketAddress address() {
    byte[] raw = new byte[Sockaddr.room()];
    write(MemorySegment.ofArray(raw), 0);
    InetSocketAddress read = Sockaddr.read(raw);
    if (read == null) {
      throw new IllegalStateException("an endpoint of no family");
    }
    return read;
  }
}
