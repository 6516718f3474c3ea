// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate.sanity;

import java.nio.charset.StandardCharsets;

/**
 * Looks for what no name has and attempts on a database or on a log have: a quote together with a
 * comment, a comparison or a second statement of SQL, {@code UNION SELECT}, or a percent sign that
 * begins no escape. A quote alone is in good names. Immutable.
 */
final class UserSigns {
  private static final byte[][] QUOTES = texts("'", "\"", "%27", "%22", "`", "%60");
  private static final byte[][] STATEMENTS =
      texts("--", "/*", "=", "%3d", ";", "%3b", " or", "%20or", "+or", "||", "%7c%7c");
  private static final byte[] UNION = text("union");
  private static final byte[] SELECT = text("select");

  private UserSigns() {}

  private static byte[][] texts(String... all) {
    byte[][] texts = new byte[all.length][];
    for (int i = 0; i < all.length; i++) {
      texts[i] = text(all[i]);
    }
    return texts;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the user in the range, as it stands in a URI, has such signs. */
  static boolean in(byte[] bytes, int from, int to) {
    boolean odd = false;
    for (int i = from; i < to; i++) {
      switch (bytes[i]) {
        case '\'', '"', '`', '+', ' ' -> odd = true;
        case '%' -> {
          if (i + 2 >= to || !isHex(bytes[i + 1]) || !isHex(bytes[i + 2])) {
            return true;
          }
          odd = true;
        }
        default -> {}
      }
    }
    return odd && isStatement(bytes, from, to);
  }

  private static boolean isStatement(byte[] bytes, int from, int to) {
    boolean union = has(bytes, from, to, UNION) && has(bytes, from, to, SELECT);
    return union || hasOne(bytes, from, to, QUOTES) && hasOne(bytes, from, to, STATEMENTS);
  }

  private static boolean hasOne(byte[] bytes, int from, int to, byte[][] texts) {
    for (byte[] text : texts) {
      if (has(bytes, from, to, text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(byte[] bytes, int from, int to, byte[] text) {
    for (int at = from; at + text.length <= to; at++) {
      int i = 0;
      while (i < text.length && lower(bytes[at + i]) == text[i]) {
        i++;
      }
      if (i == text.length) {
        return true;
      }
    }
    return false;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
  }

  private static boolean isHex(byte b) {
    int c = lower(b);
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
  }
}
