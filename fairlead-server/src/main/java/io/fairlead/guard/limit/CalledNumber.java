// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;

/**
 * The telephone number that a request calls: the user of a sip URI, or a tel URI (RFC 3966),
 * without + or 00 before it, visual separators and escapes. One object reads many requests.
 *
 * <p>Owned by one loop.
 */
final class CalledNumber {
  private static final int LONGEST = 32;

  private final byte[] digits = new byte[LONGEST];
  private int length;
  private int from;

  /** Reads the request-URI; the number is empty when it calls none. */
  void read(SipRequest request) {
    SipUri uri = request.uri();
    byte[] bytes = uri.bytes();
    length = 0;
    from = 0;
    boolean readable;
    if (uri.isSip()) {
      readable = read(bytes, uri.userFrom(), uri.userTo());
    } else {
      int start = uri.from() + 4;
      readable = isTel(bytes, uri.from(), uri.to()) && read(bytes, start, uri.to());
    }
    if (!readable) {
      length = 0;
    }
  }

  private static boolean isTel(byte[] bytes, int from, int to) {
    return to - from > 4
        && (bytes[from] | 0x20) == 't'
        && (bytes[from + 1] | 0x20) == 'e'
        && (bytes[from + 2] | 0x20) == 'l'
        && bytes[from + 3] == ':';
  }

  // False when there is something in it that no number has.
  private boolean read(byte[] bytes, int start, int to) {
    boolean plus = false;
    for (int i = start; i < to; i++) {
      int c = bytes[i];
      if (c == '%' && i + 2 < to) {
        c = KeyBuffer.unescaped(bytes, i);
        i += 2;
      }
      if (c == ';') {
        break;
      }
      if (c == '+' && length == 0 && !plus) {
        plus = true;
      } else if (c >= '0' && c <= '9' && length < LONGEST) {
        digits[length++] = (byte) c;
      } else if (c != '-' && c != '.' && c != '(' && c != ')') {
        return false;
      }
    }
    from = !plus && length > 2 && digits[0] == '0' && digits[1] == '0' ? 2 : 0;
    return true;
  }

  /** How many digits it has; 0 for none. */
  int length() {
    return length - from;
  }

  /** The digit at a place, 0 to 9. */
  int digit(int i) {
    return digits[from + i] - '0';
  }

  /** Whether it begins so. */
  boolean begins(String prefix) {
    if (length() < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (digits[from + i] != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Puts its digits into a key. */
  void appendTo(KeyBuffer key) {
    key.bytes(digits, from, length);
  }
}
