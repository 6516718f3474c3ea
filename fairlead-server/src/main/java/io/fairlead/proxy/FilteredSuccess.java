// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.FilterChainListener;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipResponse;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.InviteClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transport.Flow;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every 2xx of a branch whose call has filters; each dialog for itself. What they pass goes to the
 * caller, also when it comes again; what they refuse gets its ACK and a BYE. It is told of what the
 * branch still brings for 64 times T1, as {@link AcceptedBranch} of a call without filters.
 *
 * <pre>
 *   HELD --passed--> PASSED
 *     +----refused, or nobody wants it--> ENDED
 * </pre>
 *
 * <p>Owned by one loop.
 */
final class FilteredSuccess implements ResponseListener, FilterChainListener {
  private enum State {
    HELD,
    PASSED,
    ENDED
  }

  private final ResponseContext context;
  private final ProxyBranch attempt;
  private final FilterChain filters;
  private final AckAndBye dismissal;
  private final Flow callee;
  private final Map<String, State> dialogs = new HashMap<>(2);

  FilteredSuccess(
      ResponseContext context,
      ProxyBranch attempt,
      FilterChain filters,
      AckAndBye dismissal,
      InviteClientTransaction branch) {
    this.context = context;
    this.attempt = attempt;
    this.filters = filters;
    this.dismissal = dismissal;
    this.callee = branch.flow();
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    if (response.isSuccess()) {
      take(response);
    }
  }

  /** A 2xx came, new or again. */
  void take(SipResponse response) {
    String tag = tag(response);
    State before = dialogs.putIfAbsent(tag, State.HELD);
    if (before == State.ENDED) {
      dismissal.take(callee, response, false);
    } else if (!filters.over()) {
      if (before == null) {
        context.answering(1);
      }
      filters.take(attempt.incoming(response), this);
    } else if (before == null) {
      dialogs.put(tag, State.ENDED);
      dismissal.take(callee, response, true);
    }
  }

  private static String tag(SipMessage response) {
    return Ascii.text(response.bytes(), response.toTagFrom(), response.toTagTo());
  }

  @Override
  public void pass(SipMessage message, @Nullable DetachedEdits edits) {
    SipResponse response = (SipResponse) message;
    State before = dialogs.put(tag(response), State.PASSED);
    if (before == State.HELD) {
      context.answering(-1);
      if (!context.takes(attempt)) {
        end(response);
        return;
      }
    }
    context.succeed(attempt, response, edits);
  }

  @Override
  public void refuse(SipMessage message, RefusalCause cause) {
    SipResponse response = (SipResponse) message;
    if (dialogs.get(tag(response)) == State.HELD) {
      end(response);
      context.answering(-1);
      context.onSuccessRefused(cause);
    }
  }

  private void end(SipResponse response) {
    dialogs.put(tag(response), State.ENDED);
    dismissal.take(callee, response, true);
  }

  /** Cannot come any more: there is an answer. */
  @Override
  public void onTimeout(ClientTransaction transaction) {}

  /** Cannot come any more: there is an answer. */
  @Override
  public void onTransportError(ClientTransaction transaction, String why) {}

  @Override
  public void onDefect() {
    context.onDefect();
  }
}
