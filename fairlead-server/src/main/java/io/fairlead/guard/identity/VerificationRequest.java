// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of an INVITE its verification needs. Immutable.
 *
 * @param identities the values of its Identity headers, at least one
 * @param numbers who calls whom
 * @param date what Date says; null when there is none
 */
record VerificationRequest(List<String> identities, CallNumbers numbers, @Nullable String date) {
  /** More are not looked at; each extension of PASSporT may add one. */
  private static final int MOST = 8;

  /** Reads it; null when the INVITE has no Identity. */
  static @Nullable VerificationRequest of(SipRequest invite, CanonicalNumber canonical) {
    int i = invite.first(HeaderName.IDENTITY);
    if (i < 0) {
      return null;
    }
    List<String> identities = new ArrayList<>(1);
    for (; i >= 0 && identities.size() < MOST; i = invite.next(HeaderName.IDENTITY, i)) {
      identities.add(value(invite, i));
    }
    int date = invite.first("Date");
    return new VerificationRequest(
        List.copyOf(identities),
        CallNumbers.of(invite, canonical),
        date < 0 ? null : value(invite, date));
  }

  private static String value(SipRequest invite, int i) {
    return Ascii.text(invite.bytes(), invite.valueStart(i), invite.valueEnd(i));
  }
}
