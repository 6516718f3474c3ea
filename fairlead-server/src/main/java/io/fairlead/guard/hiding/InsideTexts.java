// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

/**
 * Hosts of the inside anywhere in a text, in the place of which stands Fairlead's own: identities,
 * diversions, histories, URLs, warnings, documents of events. Nobody sends anything to them, so
 * they need not come back. Immutable.
 */
final class InsideTexts {
  private InsideTexts() {}

  /** Replaces what names the inside in a range, with the port behind it. */
  static void replace(CrossingMessage x, int from, int to) {
    byte[] bytes = x.bytes();
    InsideHosts inside = x.rules().inside();
    int i = from;
    while (i < to) {
      byte b = bytes[i];
      if (b == '%') {
        i += 3;
      } else if (b == '[') {
        i = bracketed(x, i, to);
      } else if (isHost(b)) {
        int end = i + 1;
        while (end < to && isHost(bytes[end])) {
          end++;
        }
        int last = bytes[end - 1] == '.' ? end - 1 : end;
        if (inside.mayBegin(b) && inside.contains(bytes, i, last)) {
          put(x, i, last, to);
        }
        i = end;
      } else {
        i++;
      }
    }
  }

  private static int bracketed(CrossingMessage x, int from, int to) {
    byte[] bytes = x.bytes();
    int end = from + 1;
    while (end < to && bytes[end] != ']') {
      end++;
    }
    if (end == to) {
      return from + 1;
    }
    if (x.rules().inside().contains(bytes, from, end + 1)) {
      put(x, from, end + 1, to);
      return end + 1;
    }
    return from + 1;
  }

  private static void put(CrossingMessage x, int from, int hostTo, int to) {
    byte[] bytes = x.bytes();
    int end = hostTo;
    if (end + 1 < to && bytes[end] == ':' && isDigit(bytes[end + 1])) {
      end++;
      while (end < to && isDigit(bytes[end])) {
        end++;
      }
    }
    x.rules().host(x.edit().replace(from, end), x.listener());
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isHost(byte b) {
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'z' || isDigit(b) || b == '.' || b == '-' || b == '_';
  }
}
