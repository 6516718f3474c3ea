// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.dialog.filter.CallFilter;
import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.dialog.filter.Hold;
import io.fairlead.dialog.filter.Holds;
import io.fairlead.dialog.filter.Party;
import io.fairlead.dialog.filter.Verdict;
import io.fairlead.guard.identity.certificate.IdentityVerdict;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the Identity of the INVITE that begins a call, once for all its attempts, and tells the
 * next hop what was found. Where From was marked, the caller reads his own From again in answers.
 *
 * <p>Owned by one loop: the call's.
 */
final class VerificationFilter implements CallFilter {
  private final Verification verification;
  private final AwaitedResult<IdentityFinding> result;
  private boolean fromMarked;

  VerificationFilter(Verification verification, FilteredCall call) {
    this.verification = verification;
    this.result =
        new AwaitedResult<>(
            call.loop(),
            verification.deadlineNs(),
            IdentityFinding.LATE,
            verification::count,
            this::decide);
  }

  @Override
  public Verdict onMessage(CallMessage message, Edit edit, Holds holds) {
    SipMessage sip = message.sip();
    if (message.from() == Party.CALLEE) {
      unmark(message, edit);
      return Verdict.PASS;
    }
    if (!(sip instanceof SipRequest invite)
        || invite.method() != Method.INVITE
        || invite.hasToTag()) {
      return Verdict.PASS;
    }
    verification.strip(invite, edit);
    IdentityFinding known = result.known();
    if (known == null) {
      VerificationRequest request = verification.request(invite);
      if (request != null
          && result.begin(verification.limit(), () -> verification.verify(request))) {
        return result.await(holds);
      }
      known = request == null ? IdentityFinding.ABSENT : IdentityFinding.BUSY;
      result.give(known);
    }
    RefusalCause refused = verification.refused(known);
    if (refused != null) {
      return new Verdict.Refused(refused);
    }
    mark(invite, edit, known);
    return Verdict.PASS;
  }

  private void decide(Hold hold, IdentityFinding found) {
    RefusalCause refused = verification.refused(found);
    if (refused != null) {
      hold.refuse(refused);
    } else {
      hold.pass((kept, edit) -> mark((SipRequest) kept, edit, found));
    }
  }

  private void mark(SipRequest invite, Edit edit, IdentityFinding found) {
    fromMarked |= verification.mark(invite, edit, found);
  }

  private void unmark(CallMessage message, Edit edit) {
    if (fromMarked) {
      // What the callee sends has the caller in To, its answers to him have him in From.
      HeaderName caller = message.isRequest() ? HeaderName.TO : HeaderName.FROM;
      verification.marks().strip(message.sip(), edit, caller);
    }
  }

  @Override
  public void onEnd() {
    result.end();
  }

  // Only the INVITE that begins the call is looked at: the dialog needs no filter elsewhere.
  @Override
  public int bits() {
    return 0;
  }

  @Override
  public String toString() {
    return "verifies who calls" + (result.known() == null ? "" : ": " + known());
  }

  private @Nullable IdentityVerdict known() {
    IdentityFinding found = result.known();
    return found == null ? null : found.verdict();
  }
}
