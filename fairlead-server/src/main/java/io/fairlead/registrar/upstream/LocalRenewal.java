// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Binding.Upstream;
import io.fairlead.transport.Flow;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a renewal can be answered here: only when it says again, over the same flow, what
 * a backend has accepted, and the backend holds it for longer than the device will be granted. The
 * backend remains the authority: nothing is absorbed that it did not accept.
 *
 * <p>Immutable.
 */
final class LocalRenewal {
  /** Whether a backend lives and has what it accepted. */
  interface Holding {
    /** ABSORBED when it does and takes calls, else why not. */
    RegisterDecision holds(AddressOfRecord aor, String backend);
  }

  /**
   * A REGISTER that may be a renewal.
   *
   * @param callId the hash of its Call-ID
   * @param grantedMs what the device would be granted at most
   */
  record Asking(AddressOfRecord aor, SipRequest request, Flow flow, long callId, long grantedMs) {}

  private final Holding holding;
  private final long marginMs;
  private final boolean shared;

  /**
   * @param shared one registration stands for all devices of an address of record
   */
  LocalRenewal(Holding holding, long marginMs, boolean shared) {
    this.holding = holding;
    this.marginMs = marginMs;
    this.shared = shared;
  }

  /**
   * The decision.
   *
   * @param bindings those of the address of record that hold
   */
  RegisterDecision judge(Asking asking, List<Binding> bindings, long nowMs) {
    ContactIterator contact = new ContactIterator(asking.request());
    RegisterDecision verdict = RegisterDecision.ASKED;
    while (contact.next()) {
      if (contact.wildcard() || contact.removes() && !leavesOthers(bindings, asking.request())) {
        return RegisterDecision.ASKED;
      }
      Binding known = UpstreamBindings.find(bindings, contact);
      if (known == null) {
        return contact.removes() ? RegisterDecision.ASKED : RegisterDecision.FIRST;
      }
      verdict = judge(asking, contact, known, nowMs);
      if (verdict != RegisterDecision.ABSORBED) {
        return verdict;
      }
    }
    return contact.broken() ? RegisterDecision.CHANGED : verdict;
  }

  // Where one registration stands for all, it need not know who leaves.
  private boolean leavesOthers(List<Binding> bindings, SipRequest request) {
    return shared && UpstreamBindings.left(bindings, request) > 0;
  }

  /**
   * The registration that stands for all devices, when it holds long enough for one more; else
   * null.
   */
  @Nullable Upstream held(Asking asking, List<Binding> bindings, long nowMs) {
    for (Binding each : bindings) {
      Upstream upstream = each.upstream();
      if (upstream.expiresMs() >= nowMs + asking.grantedMs() + marginMs
          && holding.holds(asking.aor(), upstream.backend()) == RegisterDecision.ABSORBED) {
        return upstream;
      }
    }
    return null;
  }

  private RegisterDecision judge(
      Asking asking, ContactIterator contact, Binding known, long nowMs) {
    SipRequest request = asking.request();
    if (!contact.isUri(known.contact())
        || !contact.removes() && !saysTheSame(request, contact, known)) {
      return RegisterDecision.CHANGED;
    }
    if (!UpstreamBindings.isOver(known.origin(), asking.flow())
        || known.renewal().callIdHash() != asking.callId()
        || request.cseq() < known.renewal().cseq()) {
      return RegisterDecision.MOVED;
    }
    if (known.upstream().expiresMs() < nowMs + asking.grantedMs() + marginMs) {
      return RegisterDecision.DUE;
    }
    return holding.holds(asking.aor(), known.upstream().backend());
  }

  private static boolean saysTheSame(SipRequest request, ContactIterator contact, Binding known) {
    return contact.q() == known.q()
        && contact.regId() == known.device().regId()
        && contact.isInstance(known.device().instance())
        && samePath(request, known);
  }

  private static boolean samePath(SipRequest request, Binding known) {
    return request.has(HeaderName.PATH)
        ? Arrays.equals(UpstreamBindings.path(request), known.path())
        : known.path().length == 0;
  }
}
