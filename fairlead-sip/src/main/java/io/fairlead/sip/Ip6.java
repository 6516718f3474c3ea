// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/**
 * IPv6 addresses as text (RFC 4291 §2.2, RFC 5952), read and written without allocating. Immutable.
 */
final class Ip6 {
  private static final int GROUPS = 8;

  private Ip6() {}

  /**
   * True when the text, without brackets, is this address in any spelling but that with an IPv4
   * tail.
   */
  static boolean same(byte[] bytes, int from, int to, byte[] raw) {
    int gap = gap(bytes, from, to);
    if (gap < 0) {
      return matching(bytes, from, to, raw, 0) == GROUPS;
    }
    int head = matching(bytes, from, gap, raw, 0);
    int tail = count(bytes, gap + 2, to);
    if (head < 0 || head + tail >= GROUPS) {
      return false;
    }
    for (int i = head; i < GROUPS - tail; i++) {
      if (group(raw, i) != 0) {
        return false;
      }
    }
    return matching(bytes, gap + 2, to, raw, GROUPS - tail) == tail;
  }

  // Where two colons stand together, or -1.
  private static int gap(byte[] bytes, int from, int to) {
    for (int i = from; i + 1 < to; i++) {
      if (bytes[i] == ':' && bytes[i + 1] == ':') {
        return i;
      }
    }
    return -1;
  }

  private static int count(byte[] bytes, int from, int to) {
    int n = from < to ? 1 : 0;
    for (int i = from; i < to; i++) {
      n += bytes[i] == ':' ? 1 : 0;
    }
    return n;
  }

  // How many groups stand in the range, all equal to those of the address, or -1.
  private static int matching(byte[] bytes, int from, int to, byte[] raw, int first) {
    int i = from;
    int n = 0;
    while (i < to) {
      int value = 0;
      int digits = 0;
      for (; i < to && bytes[i] != ':'; i++) {
        value = value << 4 | Character.digit(bytes[i], 16);
        digits++;
      }
      // A character that is no digit made the value negative, and so unequal.
      if (digits == 0 || digits > 4 || first + n >= GROUPS || value != group(raw, first + n)) {
        return -1;
      }
      n++;
      i++;
    }
    boolean endsWithColon = n > 0 && i == to;
    return endsWithColon ? -1 : n;
  }

  private static int group(byte[] raw, int i) {
    return (raw[2 * i] & 0xff) << 8 | raw[2 * i + 1] & 0xff;
  }

  /** Appends the address, its longest run of zeroes shortened. */
  static void write(SipWriter out, byte[] raw) {
    int gap = -1;
    int gapLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int length = 0;
      while (i + length < GROUPS && group(raw, i + length) == 0) {
        length++;
      }
      if (length > gapLength) {
        gap = i;
        gapLength = length;
      }
    }
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        out.put("::");
        i += gapLength - 1;
        continue;
      }
      if (i > 0 && i != gap + gapLength) {
        out.put(':');
      }
      int group = group(raw, i);
      out.hex(group, group > 0xfff ? 4 : group > 0xff ? 3 : group > 0xf ? 2 : 1);
    }
  }
}
