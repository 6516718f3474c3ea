// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;

/** Values in the headers of a URI, which have escapes (RFC 3261 §19.1.1). Immutable. */
final class EscapedText {
  private static final byte[] UNRESERVED = "-_.!~*'()[]/?:+$".getBytes(StandardCharsets.US_ASCII);

  private EscapedText() {}

  /** The bytes of a range without escapes. */
  static byte[] resolved(byte[] bytes, int from, int to) {
    return SipUri.unescape(bytes, from, to).getBytes(StandardCharsets.UTF_8);
  }

  /** Escapes what was written from a place on. */
  static void escape(SipWriter out, int from) {
    int until = out.length();
    boolean plain = true;
    for (int i = from; i < until && plain; i++) {
      plain = isUnreserved(out.bytes()[i]);
    }
    if (plain) {
      return;
    }
    byte[] text = java.util.Arrays.copyOfRange(out.bytes(), from, until);
    out.truncate(from);
    for (byte b : text) {
      if (isUnreserved(b)) {
        out.put((char) b);
      } else {
        out.put('%').put(Character.forDigit(b >>> 4 & 15, 16)).put(Character.forDigit(b & 15, 16));
      }
    }
  }

  private static boolean isUnreserved(byte b) {
    int lower = b | 0x20;
    if (b > 0 && (lower >= 'a' && lower <= 'z' || b >= '0' && b <= '9')) {
      return true;
    }
    for (byte each : UNRESERVED) {
      if (each == b) {
        return true;
      }
    }
    return false;
  }
}
