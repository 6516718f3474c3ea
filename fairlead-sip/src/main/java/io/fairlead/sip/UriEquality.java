// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;

/**
 * Whether two URIs are equivalent (RFC 3261 §19.1.4). Allocates nothing.
 *
 * <p>Owned by one loop.
 */
public final class UriEquality {
  // These must be in both or in neither (§19.1.4); any other may be in one only.
  private static final byte[][] DECISIVE = {
    ascii("user"), ascii("ttl"), ascii("method"), SipUri.MADDR, SipUri.TRANSPORT
  };

  private final SipUri first = new SipUri();
  private final SipUri second = new SipUri();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** True when both ranges hold equivalent URIs; those that are not sip or sips must be equal. */
  public boolean same(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    if (Ascii.equals(a, aFrom, aTo, b, bFrom, bTo)) {
      return true;
    }
    return first.parse(a, aFrom, aTo)
        && second.parse(b, bFrom, bTo)
        && first.isSip()
        && first.scheme() == second.scheme()
        && first.port() == second.port()
        && sameText(
            a, first.hostFrom(), first.hostTo(), b, second.hostFrom(), second.hostTo(), true)
        && sameUser(a, b)
        && sameParams()
        && sameHeaders(first, second)
        && sameHeaders(second, first);
  }

  /** True when both are sip or sips URIs with the same user. */
  public boolean sameUser(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    return first.parse(a, aFrom, aTo)
        && second.parse(b, bFrom, bTo)
        && first.isSip()
        && second.isSip()
        && sameUser(a, b);
  }

  // With the password, which the host follows behind the @.
  private boolean sameUser(byte[] a, byte[] b) {
    if (first.hasUser() != second.hasUser()) {
      return false;
    }
    return !first.hasUser()
        || sameText(
            a, first.userFrom(), first.hostFrom(), b, second.userFrom(), second.hostFrom(), false);
  }

  private boolean sameParams() {
    for (byte[] name : DECISIVE) {
      if (first.hasParam(name) != second.hasParam(name)) {
        return false;
      }
    }
    byte[] a = first.bytes();
    byte[] b = second.bytes();
    for (int i = first.paramsFrom(); i < first.headersFrom(); ) {
      int nameFrom = i + 1;
      int until = end(a, nameFrom, first.headersFrom(), ';');
      int nameTo = end(a, nameFrom, until, '=');
      int other = find(b, second.paramsFrom(), second.headersFrom(), ';', a, nameFrom, nameTo);
      if (other >= 0) {
        int otherEnd = end(b, other, second.headersFrom(), ';');
        if (!sameText(a, nameTo, until, b, end(b, other, otherEnd, '='), otherEnd, true)) {
          return false;
        }
      }
      i = until;
    }
    return true;
  }

  // Every header of the one is in the other, with the same value.
  private static boolean sameHeaders(SipUri one, SipUri other) {
    byte[] a = one.bytes();
    byte[] b = other.bytes();
    for (int i = one.headersFrom(); i < one.to(); ) {
      int nameFrom = i + 1;
      int until = end(a, nameFrom, one.to(), '&');
      int nameTo = end(a, nameFrom, until, '=');
      int found = find(b, other.headersFrom(), other.to(), '&', a, nameFrom, nameTo);
      if (found < 0) {
        return false;
      }
      int foundEnd = end(b, found, other.to(), '&');
      if (!sameText(a, nameTo, until, b, end(b, found, foundEnd, '='), foundEnd, false)) {
        return false;
      }
      i = until;
    }
    return true;
  }

  // Where an item of that name begins; items follow a separator each.
  private static int find(
      byte[] bytes, int from, int to, char separator, byte[] name, int nameFrom, int nameTo) {
    for (int i = from; i < to; ) {
      int itemFrom = i + 1;
      int until = end(bytes, itemFrom, to, separator);
      if (sameText(
          bytes, itemFrom, end(bytes, itemFrom, until, '='), name, nameFrom, nameTo, true)) {
        return itemFrom;
      }
      i = until;
    }
    return -1;
  }

  private static int end(byte[] bytes, int from, int to, char separator) {
    int at = Ascii.indexOf(bytes, from, to, separator);
    return at < 0 ? to : at;
  }

  private static boolean sameText(
      byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo, boolean anyCase) {
    int i = aFrom;
    int j = bFrom;
    while (i < aTo && j < bTo) {
      int x = at(a, i, aTo);
      int y = at(b, j, bTo);
      // An escaped character differs from a plain one that separates (§19.1.2).
      if (fold(x, anyCase) != fold(y, anyCase)) {
        return false;
      }
      i += width(a, i, aTo);
      j += width(b, j, bTo);
    }
    return i >= aTo && j >= bTo;
  }

  private static int fold(int c, boolean anyCase) {
    return anyCase && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }

  private static int at(byte[] bytes, int i, int to) {
    if (width(bytes, i, to) == 1) {
      return bytes[i];
    }
    int value = Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16);
    return isUnreserved(value) ? value : value | 0x100;
  }

  private static boolean isUnreserved(int c) {
    return c >= '0' && c <= '9'
        || c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || "-_.!~*'()".indexOf(c) >= 0;
  }

  private static int width(byte[] bytes, int i, int to) {
    boolean escape =
        bytes[i] == '%'
            && i + 2 < to
            && Character.digit(bytes[i + 1], 16) >= 0
            && Character.digit(bytes[i + 2], 16) >= 0;
    return escape ? 3 : 1;
  }
}
