// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.proxyprotocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Version 2: a signature, version and command, family, length, addresses, then fields of type,
 * length and value. Only the checksum among the fields is looked at; the others are skipped.
 * Immutable.
 *
 * @param source null when the balancer speaks for itself, or of what is no TCP connection
 */
record ProxyHeaderV2(@Nullable InetSocketAddress source) {
  /** Bytes before the addresses. */
  static final int FIXED = 16;

  private static final int COMMAND_AT = 12;
  private static final int FAMILY_AT = 13;
  private static final int LENGTH_AT = 14;
  private static final int VERSION = 0x20;
  private static final int LOCAL = 0;
  private static final int PROXY = 1;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;
  private static final int LAST_FAMILY = 3;
  private static final int LAST_PROTOCOL = 2;
  // Of both addresses and ports: unspecified, IPv4, IPv6, Unix.
  private static final int[] ADDRESSES = {0, 12, 36, 216};
  private static final int FIELD = 3;
  private static final int CHECKSUM = 3;

  /** Behind the header that begins so, or -1 when its fixed part breaks the rules. */
  static int end(byte[] bytes) {
    int command = bytes[COMMAND_AT] & 0xff;
    int family = (bytes[FAMILY_AT] & 0xff) >>> 4;
    boolean known =
        (command == (VERSION | LOCAL) || command == (VERSION | PROXY))
            && family <= LAST_FAMILY
            && (bytes[FAMILY_AT] & 0xf) <= LAST_PROTOCOL;
    int length = number(bytes, LENGTH_AT);
    if (!known || command == (VERSION | PROXY) && length < ADDRESSES[family]) {
      return -1;
    }
    return FIXED + length;
  }

  /** Reads a whole one, whose fixed part is right; null when the rest is not. */
  static @Nullable ProxyHeaderV2 read(byte[] bytes, int end) {
    int family = bytes[FAMILY_AT] & 0xff;
    boolean local = (bytes[COMMAND_AT] & 0xf) == LOCAL;
    // Where fields would begin behind an address of no known form, nobody says.
    if (local || family >>> 4 == 0) {
      return new ProxyHeaderV2(null);
    }
    if (!fields(bytes, FIXED + ADDRESSES[family >>> 4], end)) {
      return null;
    }
    return new ProxyHeaderV2(
        switch (family) {
          case TCP4 -> address(bytes, 4);
          case TCP6 -> address(bytes, 16);
          default -> null;
        });
  }

  private static boolean fields(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end) {
      int value = at + FIELD;
      int next = value > end ? end + 1 : value + number(bytes, at + 1);
      if (next > end || bytes[at] == CHECKSUM && !sums(bytes, value, next, end)) {
        return false;
      }
      at = next;
    }
    return true;
  }

  // CRC32C over the whole header, the checksum itself taken for zero.
  private static boolean sums(byte[] bytes, int from, int to, int end) {
    if (to - from != Integer.BYTES) {
      return false;
    }
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, from);
    sum.update(new byte[Integer.BYTES]);
    sum.update(bytes, to, end - to);
    return sum.getValue() == ((long) number(bytes, from) << 16 | number(bytes, from + 2));
  }

  private static InetSocketAddress address(byte[] bytes, int size) {
    try {
      InetAddress address =
          InetAddress.getByAddress(Arrays.copyOfRange(bytes, FIXED, FIXED + size));
      return new InetSocketAddress(address, number(bytes, FIXED + 2 * size));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }
}
