// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipMessage;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The elements of P-Asserted-Identity (RFC 3325 §9.1). */
final class AssertedIdentityElements {
  private static final byte[] NAME = "p-asserted-identity".getBytes(StandardCharsets.US_ASCII);

  private AssertedIdentityElements() {}

  /** Shows all of them, in order; what cannot be read ends the line. */
  static void forEach(SipMessage message, Consumer<NameAddr> then) {
    NameAddr element = new NameAddr();
    for (int i = message.first(HeaderName.OTHER); i >= 0; i = message.next(HeaderName.OTHER, i)) {
      int from = isNamed(message, i, NAME) ? message.valueStart(i) : -1;
      while (from >= 0 && element.parse(message.bytes(), from, message.valueEnd(i))) {
        then.accept(element);
        from = element.nextElement(message.valueEnd(i));
      }
    }
  }

  /** True when a header line that has no {@link HeaderName} has this name, in small letters. */
  static boolean isNamed(SipMessage message, int i, byte[] lower) {
    byte[] bytes = message.bytes();
    int from = message.lineStart(i);
    int to = from;
    while (Ascii.isToken(bytes[to])) {
      to++;
    }
    return Ascii.equalsLower(bytes, from, to, lower);
  }
}
