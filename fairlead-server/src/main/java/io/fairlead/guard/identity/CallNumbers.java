// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The telephone numbers that an INVITE names, canonical: who calls is said by P-Asserted-Identity
 * where that has a number, else by From; who is called by To and the request-URI. Immutable.
 *
 * @param orig of the caller; empty when there is none
 * @param to what To names; null for no number
 * @param target what the request-URI names; null for no number
 */
record CallNumbers(List<String> orig, @Nullable String to, @Nullable String target) {
  /** Reads them. */
  static CallNumbers of(SipRequest invite, CanonicalNumber canonical) {
    List<String> orig = new ArrayList<>(1);
    AssertedIdentityElements.forEach(
        invite, element -> add(orig, canonical, text(invite, element.uriFrom(), element.uriTo())));
    if (orig.isEmpty()) {
      add(orig, canonical, text(invite, invite.fromUriFrom(), invite.fromUriTo()));
    }
    return new CallNumbers(
        List.copyOf(orig),
        canonical.ofUri(text(invite, invite.toUriFrom(), invite.toUriTo())),
        canonical.ofUri(text(invite, invite.uriFrom(), invite.uriTo())));
  }

  private static void add(List<String> all, CanonicalNumber canonical, String uri) {
    String number = canonical.ofUri(uri);
    if (number != null) {
      all.add(number);
    }
  }

  private static String text(SipRequest invite, int from, int to) {
    return Ascii.text(invite.bytes(), from, to);
  }

  /** True when a PASSporT is about this call. */
  boolean fit(Passport passport) {
    String caller = bare(passport.orig());
    boolean called =
        passport.dest().stream()
            .map(CallNumbers::bare)
            .anyMatch(each -> each.equals(to) || each.equals(target));
    return called && !orig.isEmpty() && orig.stream().allMatch(caller::equals);
  }

  // It should stand there without, but some write it.
  private static String bare(String number) {
    return number.startsWith("+") ? number.substring(1) : number;
  }
}
