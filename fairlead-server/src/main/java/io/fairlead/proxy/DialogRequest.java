// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.MovedFlow;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dns.LocateResult;
import io.fairlead.dns.LocatorListener;
import io.fairlead.loop.StepFailureHandler;
import io.fairlead.loop.Timer;
import io.fairlead.observe.CallRecord.EndedBy;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.InviteClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.ServerListener;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request inside a dialog on its way to the one place its route set names: no pool (RFC 3261
 * §16.5, first paragraph). When that is a name with several servers, the next is tried where one
 * fails (RFC 3263 §4.3). What its answer means for the live call is noted here.
 *
 * <p>Owned by one loop.
 */
final class DialogRequest extends Timer
    implements ServerListener, ResponseListener, LocatorListener {
  /** A server that is silent for so long is passed over; the sender of the request waits 32 s. */
  private static final long TRY_NS = 5_000_000_000L;

  /** T1: a backend that lives has answered by then; one that checks call dead most likely is. */
  private static final long DEAF_NS = 500_000_000L;

  private final DialogRequestDependencies ways;
  private final ProxyTools tools;
  private final ServerTransaction upstream;
  private final SipRequest request;
  private final DialogOutcome outcome;
  private final DialogTargets targets;
  private final @Nullable FilteredDialogRequest filtered;
  private final boolean hadFlow;
  private final List<ClientTransaction> passedOver = new ArrayList<>(0);
  private int tries;
  private boolean trying;
  private boolean deaf;
  private @Nullable ClientTransaction client;
  private boolean answered;
  private boolean ahead;
  private boolean cancelled;

  /**
   * @param hadFlow the way was a flow, which is gone
   */
  DialogRequest(
      DialogRequestDependencies ways,
      ServerTransaction upstream,
      KnownDialog dialog,
      boolean hadFlow) {
    this.ways = ways;
    this.tools = ways.tools();
    this.upstream = upstream;
    this.request = upstream.request();
    this.hadFlow = hadFlow;
    this.outcome = new DialogOutcome(dialog, request.method(), ways.calls());
    this.targets = new DialogTargets(ways, outcome, request, upstream.flow());
    FilterChain filters = dialog.filters();
    this.filtered =
        filters == null
            ? null
            : new FilteredDialogRequest(this, filters, dialog.sender(), tools.dismissal());
    upstream.listener(this);
    tools.unfinished().begun();
  }

  /** The request, kept. */
  SipRequest request() {
    return request;
  }

  /** The flow by which the request came. */
  Flow in() {
    return upstream.flow();
  }

  /** The flow by which it left last; null while it has not. */
  @Nullable Flow out() {
    return client == null ? null : client.flow();
  }

  /** The number it leaves with. */
  long cseq() {
    return filtered == null ? request.cseq() : filtered.cseq();
  }

  /** Where the sender is now, should the other side accept the request; null for no change. */
  void moves(@Nullable MovedFlow there) {
    outcome.moves(there);
  }

  /**
   * The way to take when the Contact leads to nobody.
   *
   * @param relay the node it leads to; null for the device itself
   */
  void orElse(@Nullable Flow flow, PeerNodes.@Nullable Node relay) {
    targets.orElse(flow, relay);
  }

  /** A BYE to a backend that seems dead: it is not waited for long. */
  void seemsDeaf() {
    deaf = true;
  }

  // The phone is told now that its call is over, whatever still becomes of the request.
  private void answerAhead() {
    outcome.lost();
    refuse(RefusalCause.NO_DIALOG);
    ahead = true;
  }

  /** True when no more is to be sent. */
  boolean over() {
    return answered && !ahead || cancelled;
  }

  /**
   * The next hop is known.
   *
   * @param relay the node it leads to, which has the device's flow; null for the device itself
   */
  void to(Flow flow, PeerNodes.@Nullable Node relay) {
    if (answered && !ahead) {
      return;
    }
    if (SipsRules.isInsecure(request, flow)) {
      refuse(RefusalCause.SIPS_NOT_ALLOWED);
      return;
    }
    FilteredDialogRequest seen = filtered;
    if (seen == null || seen.isShown()) {
      send(flow, relay);
    } else {
      seen.show(flow, relay);
    }
  }

  /** Sends it; the filters of the call have let it pass, if there are any. */
  void send(Flow flow, PeerNodes.@Nullable Node relay) {
    tries++;
    int mine = tries;
    trying = targets.hasNext();
    if (deaf || trying) {
      tools.timers().schedule(this, deaf ? DEAF_NS : TRY_NS);
    }
    DetachedEdits edits = filtered == null ? null : filtered.edits();
    ClientTransaction made = ways.sender().forward(upstream, flow, relay, edits, this);
    if (mine == tries) {
      client = made;
    } else {
      // Sending failed at once, and the next server has had it already.
      passedOver.add(made);
    }
  }

  // The next server of the name. False when there is none.
  private boolean tryNext() {
    Flow flow = over() ? null : targets.next(answered);
    if (flow == null) {
      return false;
    }
    to(flow, targets.relay());
    return true;
  }

  // The server in use failed: the next takes its place, if there is one.
  private boolean passOver() {
    targets.failed();
    ClientTransaction failed = client;
    if (over() || !targets.hasNext()) {
      return false;
    }
    if (failed != null) {
      passedOver.add(failed);
      if (failed instanceof InviteClientTransaction invite) {
        invite.cancel();
      }
    }
    client = null;
    return tryNext();
  }

  /** The flow that was to take it is gone. */
  void flowGone() {
    silent(RefusalCause.FLOW_FAILED);
  }

  /** Where the next hop is has become known, or that it cannot be. */
  @Override
  public void onLocated(LocateResult at) {
    StepFailureHandler before = tools.loop().steps().isFor(this);
    go(at);
    tools.loop().steps().back(before);
  }

  private void go(LocateResult at) {
    if (at instanceof LocateResult.Found found) {
      targets.found(found.targets());
    }
    if (!tryNext() && !cancelled) {
      silent(hadFlow ? RefusalCause.FLOW_FAILED : RefusalCause.TRANSPORT_FAILURE);
    }
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    int status = response.status();
    if (passedOver.contains(transaction) && !response.isSuccess()) {
      return;
    }
    heard();
    if (status == 503 && passOver()) {
      return;
    }
    if (!passedOver.contains(transaction)) {
      targets.met(transaction.flow());
    }
    if (status == 100) {
      armTimerC();
      return;
    }
    if (response.isProvisional()) {
      armTimerC();
    } else {
      tools.timers().cancel(this);
    }
    if (filtered == null) {
      answer(response, null);
    } else {
      filtered.answer(response, transaction.flow());
    }
  }

  /** Passes an answer on; the filters of the call have let it pass, if there are any. */
  void answer(SipResponse response, @Nullable DetachedEdits changes) {
    if (!response.isProvisional() && !answered) {
      settle();
      tools.log().dialogOutcome(response.status());
      outcome.answered(response.status(), response);
    }
    tools.responder().pass(upstream, response, changes);
  }

  private void failed(int status) {
    if (filtered != null) {
      filtered.failed(status);
    }
  }

  private void heard() {
    if (deaf || trying) {
      deaf = false;
      trying = false;
      tools.timers().cancel(this);
    }
  }

  private void armTimerC() {
    if (request.method() == Method.INVITE) {
      tools.timers().schedule(this, tools.timerCNs());
    }
  }

  @Override
  public void onTimeout(ClientTransaction transaction) {
    if (passedOver.contains(transaction) || passOver()) {
      return;
    }
    silent(cancelled ? RefusalCause.CALLER_CANCELLED : RefusalCause.RING_TIMEOUT);
  }

  @Override
  public void onTransportError(ClientTransaction transaction, String why) {
    if (passedOver.contains(transaction) || passOver()) {
      return;
    }
    silent(RefusalCause.TRANSPORT_FAILURE);
  }

  // A BYE that reaches nobody still ends the call, and says so; another request may have been lost,
  // the peer decides.
  private void silent(RefusalCause cause) {
    boolean nobody = request.method() == Method.BYE && cause == RefusalCause.TRANSPORT_FAILURE;
    outcome.silentBye(nobody ? EndedBy.BACKEND_LOST : EndedBy.CALLER);
    refuse(nobody ? RefusalCause.NO_DIALOG : cause);
  }

  /** Answers with a cause, unless there is an answer. */
  void refuse(RefusalCause cause) {
    tools.timers().cancel(this);
    if (!answered) {
      failed(cause.status());
      leave();
      tools.log().dialogOutcome(cause.status());
      upstream.reject(cause.status(), cause.reason(), tools.responder().warning(cause));
    }
  }

  @Override
  public void onCancel(ServerTransaction transaction, SipRequest cancel) {
    cancelled = true;
    if (client == null) {
      // The next hop is still being looked up: nothing has left, nothing will.
      refuse(RefusalCause.CALLER_CANCELLED);
    } else {
      cancel(CancelReason.passedOn(cancel));
    }
  }

  /** A step threw: 500; a BYE ends the call all the same, for its sender takes it so. */
  @Override
  public void onDefect() {
    tools.timers().cancel(this);
    leave();
    cancelled = true;
    try {
      if (!upstream.answered()) {
        tools.log().dialogOutcome(RefusalCause.INTERNAL.status());
        upstream.fail();
      }
    } finally {
      cancel("");
      outcome.silentBye(EndedBy.CALLER);
      failed(RefusalCause.INTERNAL.status());
    }
  }

  @Override
  public String toString() {
    return request.method() + " " + request.callId();
  }

  // No answer will tell what becomes of the dialog.
  private void leave() {
    settle();
    if (filtered != null) {
      filtered.leave();
    }
  }

  private void settle() {
    if (!answered) {
      answered = true;
      tools.unfinished().ended();
    }
  }

  private void cancel(String reason) {
    if (client instanceof InviteClientTransaction invite) {
      invite.cancel(reason);
    }
  }

  @Override
  public void onTimeout(ServerTransaction transaction) {
    leave();
  }

  @Override
  public void onTransportError(ServerTransaction transaction, String why) {
    if (!answered) {
      cancel("");
    }
  }

  /**
   * A re-INVITE was told to wait, and is told that nobody answers: its session goes on as it was.
   * Any other request comes again, to whoever serves the dialog then.
   */
  @Override
  public void onShutdown(ServerTransaction transaction) {
    if (request.method() == Method.INVITE) {
      cancel("");
      refuse(RefusalCause.SHUTTING_DOWN);
      return;
    }
    tools.timers().cancel(this);
    leave();
    outcome.silentBye(EndedBy.CALLER);
  }

  /** A server was silent, or timer C (RFC 3261 §16.8). */
  @Override
  protected void onTimer() {
    if (deaf) {
      deaf = false;
      answerAhead();
    } else if (trying) {
      trying = false;
      passOver();
    } else {
      cancel("");
    }
  }
}
