// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.FilterChainListener;
import io.fairlead.dialog.filter.Party;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A request inside a dialog, and what answers it, on their way through the filters of the call.
 *
 * <p>Owned by one loop.
 */
final class FilteredDialogRequest implements FilterChainListener {
  private final DialogRequest request;
  private final FilterChain filters;
  private final Party sender;
  private final AckAndBye dismissal;
  private long exchange;
  private long cseq;
  private boolean toldFailed;
  private boolean dismissed;
  private @Nullable DetachedEdits edits;
  private @Nullable Flow out;
  private PeerNodes.@Nullable Node relay;

  FilteredDialogRequest(
      DialogRequest request, FilterChain filters, Party sender, AckAndBye dismissal) {
    this.request = request;
    this.cseq = request.request().cseq();
    this.filters = filters;
    this.sender = sender;
    this.dismissal = dismissal;
  }

  /** True when the filters have had the request; for the next server of a name it is the same. */
  boolean isShown() {
    return out != null;
  }

  /**
   * Shows them the request; when they let it pass it is sent.
   *
   * @param relay the node the flow leads to; null for the device itself
   */
  void show(Flow flow, PeerNodes.@Nullable Node relay) {
    this.out = flow;
    this.relay = relay;
    exchange = filters.nextExchange();
    CallMessage message =
        new CallMessage(request.request(), sender, exchange, request.in(), flow).kept();
    cseq = filters.dialog().outward(message);
    filters.take(message, this);
  }

  /** The number the request leaves with. */
  long cseq() {
    return cseq;
  }

  /** What they have changed in the request; null for nothing. */
  @Nullable DetachedEdits edits() {
    return edits;
  }

  /** Shows them what answers it; when they let it pass the sender has it. */
  void answer(SipResponse response, Flow from) {
    if (dismissed && response.isSuccess()) {
      dismissal.take(from, response, false);
      return;
    }
    if (response.status() >= 300) {
      failed(response.status());
    }
    filters.take(new CallMessage(response, sender.other(), exchange, from, request.in()), this);
  }

  /**
   * What the request offered does not hold; said once.
   *
   * @param status 0 when nothing has answered
   */
  void failed(int status) {
    if (!toldFailed) {
      toldFailed = true;
      filters.failed(exchange, status);
    }
  }

  /** No answer will tell what becomes of the dialog. */
  void leave() {
    filters.endWhenIdle();
  }

  // ---- what the filters say ----

  @Override
  public boolean wants(SipMessage message) {
    return message instanceof SipResponse || !request.over();
  }

  @Override
  public void pass(SipMessage message, @Nullable DetachedEdits changes) {
    if (message instanceof SipResponse response) {
      request.answer(response, changes);
      return;
    }
    Flow flow = out;
    if (flow == null || request.over()) {
      failed(0);
    } else {
      edits = changes;
      request.send(flow, relay);
    }
  }

  @Override
  public void refuse(SipMessage message, RefusalCause cause) {
    if (message instanceof SipResponse response) {
      refuse(response, cause);
    } else {
      failed(0);
      request.refuse(cause);
    }
  }

  // Who has accepted an INVITE that the other party must not know of has another session than that:
  // the call cannot go on.
  private void refuse(SipResponse response, RefusalCause cause) {
    if (response.isProvisional()) {
      return;
    }
    Flow by = request.out();
    if (response.isSuccess() && request.request().method() == Method.INVITE && by != null) {
      dismissed = true;
      boolean both = !filters.over() && filters.dialog().isComplete();
      dismissal.take(by, response, !both);
      if (both) {
        filters.end(cause, "SIP;cause=" + cause.status() + ";text=\"" + cause.reason() + "\"");
      }
    }
    request.refuse(cause);
  }

  @Override
  public void onDefect() {
    request.onDefect();
  }

  @Override
  public String toString() {
    return request.toString();
  }
}
