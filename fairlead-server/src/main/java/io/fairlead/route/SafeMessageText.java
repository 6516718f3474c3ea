// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;

/** What texts of the configuration may become part of a message. Immutable. */
final class SafeMessageText {
  private static final String PLAIN_IN_USER = "-_.!~*'()&=+$,;?/";

  private SafeMessageText() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One character per byte of the text, for comparing with a message. */
  static String bytes(String text) {
    return new String(utf8(text), StandardCharsets.ISO_8859_1);
  }

  /** An RFC 3261 token. */
  static boolean token(String text) {
    byte[] bytes = utf8(text);
    return Ascii.isToken(bytes, 0, bytes.length);
  }

  /** A host with a port or without. */
  static boolean hostPort(String text) {
    byte[] uri = utf8("sip:" + text);
    SipUri parsed = new SipUri();
    return parsed.parse(uri, 0, uri.length)
        && parsed.isSip()
        && parsed.hostFrom() == 4
        && parsed.paramsFrom() == uri.length;
  }

  /** Whether the byte may stand in a user without an escape (RFC 3261 §25.1, user). */
  static boolean plainInUser(int b) {
    return (b >= '0' && b <= '9')
        || (b >= 'A' && b <= 'Z')
        || (b >= 'a' && b <= 'z')
        || (b > 0 && PLAIN_IN_USER.indexOf(b) >= 0);
  }
}
