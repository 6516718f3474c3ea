// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;

/** Reads the option tags of Supported and Require (RFC 3261 §19.2). Immutable. */
final class OptionTags {
  static final byte[] PATH = ascii("path");
  static final byte[] OUTBOUND = ascii("outbound");
  static final byte[] GRUU = ascii("gruu");

  private static final byte[][] OURS = {PATH, OUTBOUND, GRUU};

  private OptionTags() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** True when the device says that it knows the extension, or asks for it. */
  static boolean offers(SipRequest r, byte[] tag) {
    return has(r, HeaderName.SUPPORTED, tag) || has(r, HeaderName.REQUIRE, tag);
  }

  private static boolean has(SipRequest r, HeaderName name, byte[] tag) {
    byte[] bytes = r.bytes();
    for (int i = r.first(name); i >= 0; i = r.next(name, i)) {
      int to = r.valueEnd(i);
      for (int from = start(bytes, r.valueStart(i), to); from < to; ) {
        int until = end(bytes, from, to);
        if (Ascii.equalsLower(bytes, from, until, tag)) {
          return true;
        }
        from = start(bytes, until, to);
      }
    }
    return false;
  }

  /** Appends what Require asks and we do not have, by commas; false when there is nothing. */
  static boolean unsupported(SipRequest r, SipWriter out) {
    byte[] bytes = r.bytes();
    int before = out.length();
    for (int i = r.first(HeaderName.REQUIRE); i >= 0; i = r.next(HeaderName.REQUIRE, i)) {
      int to = r.valueEnd(i);
      for (int from = start(bytes, r.valueStart(i), to); from < to; ) {
        int until = end(bytes, from, to);
        if (!ours(bytes, from, until)) {
          (out.length() > before ? out.put(", ") : out).put(bytes, from, until);
        }
        from = start(bytes, until, to);
      }
    }
    return out.length() > before;
  }

  private static boolean ours(byte[] bytes, int from, int to) {
    for (byte[] tag : OURS) {
      if (Ascii.equalsLower(bytes, from, to, tag)) {
        return true;
      }
    }
    return false;
  }

  private static int start(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && !Ascii.isToken(bytes[i])) {
      i++;
    }
    return i;
  }

  private static int end(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && Ascii.isToken(bytes[i])) {
      i++;
    }
    return i;
  }
}
