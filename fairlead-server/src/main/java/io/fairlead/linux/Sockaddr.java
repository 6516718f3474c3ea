// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The forms {@code sockaddr_in} and {@code sockaddr_in6} of Linux (ip(7), ipv6(7)), in byte arrays:
 * family and scope in the machine's order, port and address in the network's. Immutable.
 */
public final class Sockaddr {
  // Room for either form.
  static final int SIZE = 28;

  private static final int IPV4_SIZE = 16;
  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;
  private static final VarHandle NATIVE_SHORT = view(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle NATIVE_INT = view(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle SHORT = view(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT = view(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG = view(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long MAPPED = 0xffffL << 32;

  private Sockaddr() {}

  private static VarHandle view(Class<?> array, ByteOrder order) {
    return MethodHandles.byteArrayViewVarHandle(array, order);
  }

  /** How many bytes either form needs at most. */
  public static int room() {
    return SIZE;
  }

  /** The form of an address: 16 bytes for IPv4, 28 for IPv6. */
  public static byte[] of(InetSocketAddress remote) {
    InetAddress ip = remote.getAddress();
    byte[] address = ip.getAddress();
    byte[] raw = new byte[address.length == 4 ? IPV4_SIZE : SIZE];
    SHORT.set(raw, 2, (short) remote.getPort());
    if (address.length == 4) {
      NATIVE_SHORT.set(raw, 0, AF_INET);
      System.arraycopy(address, 0, raw, 4, 4);
    } else {
      NATIVE_SHORT.set(raw, 0, AF_INET6);
      System.arraycopy(address, 0, raw, 8, 16);
      int scope = ip instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
      NATIVE_INT.set(raw, 24, scope);
    }
    return raw;
  }

  /** The address in its form; null for a family we do not know. */
  public static @Nullable InetSocketAddress read(byte[] raw) {
    int family = (short) NATIVE_SHORT.get(raw, 0);
    if (family != AF_INET && family != AF_INET6) {
      return null;
    }
    int from = family == AF_INET ? 4 : 8;
    byte[] address = Arrays.copyOfRange(raw, from, family == AF_INET ? 8 : 24);
    int scope = family == AF_INET ? 0 : (int) NATIVE_INT.get(raw, 24);
    try {
      InetAddress ip =
          scope == 0
              ? InetAddress.getByAddress(address)
              : Inet6Address.getByAddress(null, address, scope);
      return new InetSocketAddress(ip, port(raw));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of a wrong length", e);
    }
  }

  /** Where the address begins. */
  public static int addressFrom(byte[] raw) {
    return isIpv4(raw) ? 4 : 8;
  }

  /** How many bytes it has. */
  public static int addressSize(byte[] raw) {
    return isIpv4(raw) ? 4 : 16;
  }

  /** The upper half of the address, IPv4 as mapped to IPv6 (RFC 4291 §2.5.5.2). */
  public static long upper(byte[] raw) {
    return isIpv4(raw) ? 0 : (long) LONG.get(raw, 8);
  }

  /** The lower half of the address, IPv4 as mapped to IPv6. */
  public static long lower(byte[] raw) {
    return isIpv4(raw) ? MAPPED | (int) INT.get(raw, 4) & 0xffffffffL : (long) LONG.get(raw, 16);
  }

  private static boolean isIpv4(byte[] raw) {
    return (short) NATIVE_SHORT.get(raw, 0) == AF_INET;
  }

  /** The port. */
  public static int port(byte[] raw) {
    return (short) SHORT.get(raw, 2) & 0xffff;
  }

  /**
   * A hash of address and port, the same as {@link #hash(InetSocketAddress)} of what it stands for.
   */
  public static int hash(byte[] raw) {
    int address =
        isIpv4(raw)
            ? (int) INT.get(raw, 4)
            : signed(raw, 8) + signed(raw, 12) + signed(raw, 16) + signed(raw, 20);
    return address + 31 * port(raw);
  }

  // As Inet6Address.hashCode makes an int of four bytes: each with its sign.
  private static int signed(byte[] raw, int at) {
    int sum = 0;
    for (int i = at; i < at + 4; i++) {
      sum = (sum << 8) + raw[i];
    }
    return sum;
  }

  /** A hash of address and port. */
  public static int hash(InetSocketAddress remote) {
    return remote.getAddress().hashCode() + 31 * remote.getPort();
  }

  /** True when the bytes begin with that form. */
  public static boolean startsWith(byte[] raw, byte[] form) {
    return Arrays.equals(raw, 0, form.length, form, 0, form.length);
  }
}
