// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Address literals straight from the bytes of a message: IPv4 as four decimal numbers without
 * leading zeros (RFC 3986 §3.2.2), IPv6 in all forms of RFC 4291 §2.2 without zone. No name is ever
 * looked up. Immutable.
 */
public final class IpLiteralParser {
  private static final int V6_GROUPS = 8;

  private IpLiteralParser() {}

  /** The address in the range, IPv6 with its brackets or without, or null when it is no literal. */
  public static @Nullable InetAddress address(byte[] bytes, int from, int to) {
    byte[] address;
    if (from < to && bytes[from] == '[') {
      address = to - from > 2 && bytes[to - 1] == ']' ? v6(bytes, from + 1, to - 1) : null;
    } else {
      address = v4(bytes, from, to);
      address = address == null ? v6(bytes, from, to) : address;
    }
    try {
      return address == null ? null : InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  private static byte @Nullable [] v4(byte[] bytes, int from, int to) {
    byte[] address = new byte[4];
    return v4(bytes, from, to, address, 0) ? address : null;
  }

  private static boolean v4(byte[] bytes, int from, int to, byte[] address, int offset) {
    int at = from;
    for (int part = 0; part < 4; part++) {
      int start = at;
      int number = 0;
      while (at < to && at - start < 3 && bytes[at] >= '0' && bytes[at] <= '9') {
        number = number * 10 + bytes[at++] - '0';
      }
      boolean leadingZero = at - start > 1 && bytes[start] == '0';
      boolean ends = part == 3 ? at == to : at < to && bytes[at] == '.';
      if (at == start || leadingZero || number > 255 || !ends) {
        return false;
      }
      address[offset + part] = (byte) number;
      at++;
    }
    return true;
  }

  // One pass: groups are written from the left; what follows "::" is moved to the right at the end.
  private static byte @Nullable [] v6(byte[] bytes, int from, int to) {
    byte[] address = new byte[2 * V6_GROUPS];
    int groups = 0;
    int gap = -1;
    int at = from;
    if (at + 1 < to && bytes[at] == ':' && bytes[at + 1] == ':') {
      gap = 0;
      at += 2;
    }
    while (at < to) {
      int end = groupEnd(bytes, at, to);
      if (end < to && bytes[end] == '.') {
        if (groups > V6_GROUPS - 2 || !v4(bytes, at, to, address, 2 * groups)) {
          return null;
        }
        groups += 2;
        break;
      }
      if (end == at || end - at > 4 || groups == V6_GROUPS) {
        return null;
      }
      int group = hex(bytes, at, end);
      address[2 * groups] = (byte) (group >>> 8);
      address[2 * groups + 1] = (byte) group;
      groups++;
      at = end;
      if (at < to) {
        boolean twice = at + 1 < to && bytes[at + 1] == ':';
        if (bytes[at] != ':' || at + 1 == to || (twice && gap >= 0)) {
          return null;
        }
        gap = twice ? groups : gap;
        at += twice ? 2 : 1;
      }
    }
    return spread(address, groups, gap);
  }

  private static byte @Nullable [] spread(byte[] address, int groups, int gap) {
    if (gap < 0) {
      return groups == V6_GROUPS ? address : null;
    }
    if (groups == V6_GROUPS) {
      return null;
    }
    byte[] whole = new byte[address.length];
    int behind = 2 * (groups - gap);
    System.arraycopy(address, 0, whole, 0, 2 * gap);
    System.arraycopy(address, 2 * gap, whole, whole.length - behind, behind);
    return whole;
  }

  private static int groupEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && Character.digit(bytes[i], 16) >= 0) {
      i++;
    }
    return i;
  }

  private static int hex(byte[] bytes, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number << 4 | Character.digit(bytes[i], 16);
    }
    return number;
  }
}
