// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.dialog.filter.CallFilter;
import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.dialog.filter.Hold;
import io.fairlead.dialog.filter.Holds;
import io.fairlead.dialog.filter.Party;
import io.fairlead.dialog.filter.Verdict;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Signs the INVITE that begins a call, once for all its attempts: they differ in nothing that is
 * signed.
 *
 * <p>Owned by one loop: the call's.
 */
final class SigningFilter implements CallFilter {
  /** As Date has it, with two digits for the day (RFC 3261 §20.17). */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final PassportSigning signing;
  private final AwaitedResult<SignedIdentity> identity;

  SigningFilter(PassportSigning signing, FilteredCall call) {
    this.signing = signing;
    this.identity =
        new AwaitedResult<>(
            call.loop(),
            signing.deadlineNs(),
            SignedIdentity.none(SignedIdentity.Outcome.LATE),
            signing::count,
            this::decide);
  }

  @Override
  public Verdict onMessage(CallMessage message, Edit edit, Holds holds) {
    if (message.from() == Party.CALLEE
        || !(message.sip() instanceof SipRequest invite)
        || invite.method() != Method.INVITE
        || invite.hasToTag()) {
      return Verdict.PASS;
    }
    SignedIdentity known = identity.known();
    if (known != null) {
      insert(invite, edit, known);
      return Verdict.PASS;
    }
    SignedIdentity.Outcome why = SignedIdentity.Outcome.PRESENT;
    if (!invite.has(HeaderName.IDENTITY)) {
      Passport passport = signing.passport(invite, message.in());
      if (passport != null && identity.begin(signing.limit(), () -> signing.sign(passport))) {
        return identity.await(holds);
      }
      why = passport == null ? SignedIdentity.Outcome.NO_NUMBER : SignedIdentity.Outcome.BUSY;
    }
    identity.give(SignedIdentity.none(why));
    return Verdict.PASS;
  }

  private void decide(Hold hold, SignedIdentity signed) {
    hold.pass((kept, edit) -> insert(kept, edit, signed));
  }

  private void insert(SipMessage invite, Edit edit, SignedIdentity signed) {
    if (signed.value().isEmpty()) {
      return;
    }
    edit.insert(invite.headersEnd()).put("Identity: ").put(signed.value()).line();
    // RFC 8224 §6.1: who signs adds a Date where there is none.
    if (invite.first("Date") < 0) {
      String now = DATE.format(Instant.ofEpochMilli(signing.nowMs()));
      edit.insert(invite.headersEnd()).put("Date: ").put(now).line();
    }
  }

  @Override
  public void onEnd() {
    identity.end();
  }

  // Only the INVITE that begins the call is signed: the dialog needs no filter elsewhere.
  @Override
  public int bits() {
    return 0;
  }

  @Override
  public String toString() {
    return "signs who calls";
  }
}
