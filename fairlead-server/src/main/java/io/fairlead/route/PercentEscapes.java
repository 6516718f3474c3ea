// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.SipWriter;

/** Percent escapes in a URI's user (RFC 3261 §19.1.2). Immutable. */
final class PercentEscapes {
  private PercentEscapes() {}

  /** The byte that stands at i, its escape resolved; a broken escape stands for itself. */
  static int at(byte[] bytes, int i, int to) {
    return width(bytes, i, to) == 1
        ? bytes[i]
        : Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16);
  }

  /** How many bytes stand for the one at i: 1 or 3. */
  static int width(byte[] bytes, int i, int to) {
    boolean escape =
        bytes[i] == '%'
            && i + 2 < to
            && Character.digit(bytes[i + 1], 16) >= 0
            && Character.digit(bytes[i + 2], 16) >= 0;
    return escape ? 3 : 1;
  }

  /** Appends a byte so that it may stand in a user. */
  static void write(SipWriter out, int b) {
    if (SafeMessageText.plainInUser(b)) {
      out.put((char) b);
    } else {
      String digits = "0123456789ABCDEF";
      out.put('%').put(digits.charAt(b >>> 4 & 15)).put(digits.charAt(b & 15));
    }
  }

  /** The text as it may stand in a user. */
  static String escape(String text) {
    SipWriter out = new SipWriter(32);
    for (byte b : SafeMessageText.utf8(text)) {
      write(out, b);
    }
    return out.toString();
  }
}
