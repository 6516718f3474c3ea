// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipMessage;
import java.util.function.Consumer;

/** The elements of P-Asserted-Identity (RFC 3325 §9.1). */
final class AssertedIdentityElements {
  private AssertedIdentityElements() {}

  /** Shows all of them, in order; what cannot be read ends the line. */
  static void forEach(SipMessage message, Consumer<NameAddr> then) {
    NameAddr element = new NameAddr();
    HeaderName name = HeaderName.P_ASSERTED_IDENTITY;
    for (int i = message.first(name); i >= 0; i = message.next(name, i)) {
      int from = message.valueStart(i);
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
