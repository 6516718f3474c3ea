// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One {@code sockaddr_in} or {@code sockaddr_in6} of Linux in native memory.
 *
 * <p>Owned by one loop.
 */
final class NativeAddress {
  /** Room for either form. */
  static final int SIZE = 28;

  private static final int IPV4_SIZE = 16;
  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 8);

  MemorySegment memory() {
    return memory;
  }

  /** Writes an address and returns its length. */
  int write(byte[] address, int port, int scope) {
    memory.set(PORT, 2, (short) port);
    if (address.length == 4) {
      memory.set(ValueLayout.JAVA_SHORT, 0, AF_INET);
      MemorySegment.copy(address, 0, memory, ValueLayout.JAVA_BYTE, 4, 4);
      return IPV4_SIZE;
    }
    memory.set(ValueLayout.JAVA_SHORT, 0, AF_INET6);
    memory.set(ValueLayout.JAVA_INT, 4, 0);
    MemorySegment.copy(address, 0, memory, ValueLayout.JAVA_BYTE, 8, 16);
    memory.set(ValueLayout.JAVA_INT, 24, scope);
    return SIZE;
  }

  /** The address the kernel wrote here; null for a family we do not know. */
  @Nullable InetSocketAddress read() {
    int family = memory.get(ValueLayout.JAVA_SHORT, 0);
    if (family != AF_INET && family != AF_INET6) {
      return null;
    }
    byte[] address = new byte[family == AF_INET ? 4 : 16];
    MemorySegment.copy(
        memory, ValueLayout.JAVA_BYTE, family == AF_INET ? 4 : 8, address, 0, address.length);
    int scope = family == AF_INET ? 0 : memory.get(ValueLayout.JAVA_INT, 24);
    try {
      InetAddress ip =
          scope == 0
              ? InetAddress.getByAddress(address)
              : Inet6Address.getByAddress(null, address, scope);
      return new InetSocketAddress(ip, Short.toUnsignedInt(memory.get(PORT, 2)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of a wrong length", e);
    }
  }
}
