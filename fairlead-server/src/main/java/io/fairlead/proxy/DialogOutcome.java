// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.Calls;
import io.fairlead.dialog.MovedFlow;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dns.NextHop;
import io.fairlead.observe.CallRecord.EndedBy;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a call, or of a dialog whose call began elsewhere, by the answer to a request
 * inside it (RFC 3261 §12.2.1.2, RFC 5057).
 *
 * <p>Owned by one loop.
 */
final class DialogOutcome {
  private final KnownDialog dialog;
  private final @Nullable Call call;
  private final Method method;
  private final Calls calls;
  private @Nullable MovedFlow moved;

  DialogOutcome(KnownDialog dialog, Method method, Calls calls) {
    this.dialog = dialog;
    this.call = dialog.call();
    this.method = method;
    this.calls = calls;
  }

  /** Where the sender is now, should the other side accept the request; null for no change. */
  void moves(@Nullable MovedFlow there) {
    moved = there;
  }

  /** The servers of its name, the one first that has answered before. */
  List<NextHop> metFirst(List<NextHop> targets) {
    return NextHops.metFirst(targets, call, !dialog.fromCaller());
  }

  /** Of several servers of a name this one has the dialog. */
  void met(NextHop server) {
    if (call != null) {
      call.met(!dialog.fromCaller(), server);
    }
  }

  /** The other side is met there. */
  void met(MovedFlow there) {
    if (call != null) {
      call.moved(!dialog.fromCaller(), there);
    }
  }

  /** A server of a name has failed. */
  void forget(NextHop failed) {
    if (call != null && failed.equals(call.met(!dialog.fromCaller()))) {
      call.met(!dialog.fromCaller(), null);
    }
  }

  /**
   * It has its final answer. BYE ends the call, unless it was challenged; 408 and 481 say that the
   * peer no longer knows it. A call in set-up ends with its INVITE's answer, which a BYE in an
   * early dialog does not replace (RFC 3261 §15.1.2).
   */
  void answered(int status, SipResponse response) {
    if (call == null || call.state() != Call.State.UP) {
      answeredAdopted(status, response);
      return;
    }
    MovedFlow there = moved;
    if (there != null && response.isSuccess()) {
      call.moved(dialog.fromCaller(), there);
    }
    if (isByeTaken(status)) {
      call.end(dialog.fromCaller() ? EndedBy.CALLER : EndedBy.CALLEE);
    } else if (isForgotten(status)) {
      lost();
    } else if (isRefreshed(response)) {
      call.refreshed(SecondsHeader.of(response, HeaderName.SESSION_EXPIRES));
    }
  }

  private void answeredAdopted(int status, SipResponse response) {
    FilterChain filters = dialog.filters();
    if (filters == null || !filters.isAdopted()) {
      return;
    }
    if (isByeTaken(status) || isForgotten(status)) {
      filters.end();
    } else if (isRefreshed(response)) {
      filters.adopt(calls.lifeNs(SecondsHeader.of(response, HeaderName.SESSION_EXPIRES)));
    } else {
      filters.endWhenIdle();
    }
  }

  /** The other side has lost the call. */
  void lost() {
    if (call != null) {
      call.end(dialog.fromCaller() ? EndedBy.BACKEND_LOST : EndedBy.CALLER);
    }
  }

  /**
   * A BYE reaches nobody, and ends the call all the same.
   *
   * @param caller who ended it when the caller has sent the BYE
   */
  void silentBye(EndedBy caller) {
    if (method == Method.BYE && call != null && call.state() == Call.State.UP) {
      call.end(dialog.fromCaller() ? caller : EndedBy.CALLEE);
    }
  }

  private boolean isByeTaken(int status) {
    return method == Method.BYE && status != 401 && status != 407;
  }

  private boolean isForgotten(int status) {
    return (status == 481 || status == 408) && speaksOfTheCall(method);
  }

  private boolean isRefreshed(SipResponse response) {
    return response.isSuccess() && (method == Method.INVITE || method == Method.UPDATE);
  }

  // The others name a subscription, a response or a transaction that may be gone while the call
  // lives (RFC 5057 §5.1).
  private static boolean speaksOfTheCall(Method method) {
    return switch (method) {
      case INVITE, UPDATE, INFO, MESSAGE, OPTIONS -> true;
      case ACK, BYE, CANCEL, REGISTER, PRACK, SUBSCRIBE, NOTIFY, REFER, PUBLISH, OTHER -> false;
    };
  }
}
