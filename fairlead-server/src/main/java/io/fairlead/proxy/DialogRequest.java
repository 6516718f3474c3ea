// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.MovedFlow;
import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.FilterChainListener;
import io.fairlead.dns.LocateResult;
import io.fairlead.dns.LocatorListener;
import io.fairlead.dns.NextHop;
import io.fairlead.loop.StepFailureHandler;
import io.fairlead.loop.Timer;
import io.fairlead.observe.CallRecord.EndedBy;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
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
    implements ServerListener, ResponseListener, LocatorListener, FilterChainListener {
  /** A server that is silent for so long is passed over; the sender of the request waits 32 s. */
  private static final long TRY_NS = 5_000_000_000L;

  /** T1: a backend that lives has answered by then; one that checks call dead most likely is. */
  private static final long DEAF_NS = 500_000_000L;

  private final DialogRequestDependencies ways;
  private final ProxyTools tools;
  private final ServerTransaction upstream;
  private final SipRequest request;
  private final KnownDialog dialog;
  private final DialogOutcome outcome;
  private final boolean hadFlow;
  private final List<ClientTransaction> passedOver = new ArrayList<>(0);
  private List<NextHop> targets = List.of();
  private int next;
  private int tries;
  private @Nullable Flow spare;
  private PeerNodes.@Nullable Node spareRelay;
  private boolean onSpare;
  private final @Nullable FilterChain filters;
  private long exchange;
  private long cseq;
  private boolean toldFailed;
  private @Nullable DetachedEdits edits;
  private @Nullable Flow asked;
  private PeerNodes.@Nullable Node askedRelay;
  private boolean dismissed;
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
    this.cseq = request.cseq();
    this.dialog = dialog;
    this.filters = dialog.filters();
    this.hadFlow = hadFlow;
    this.outcome = new DialogOutcome(dialog, request.method(), ways.calls());
    upstream.listener(this);
    tools.unfinished().begun();
  }

  /** The request, kept. */
  SipRequest request() {
    return request;
  }

  /** The number it leaves with. */
  long cseq() {
    return cseq;
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
    spare = flow;
    spareRelay = relay;
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

  // No more is to be sent.
  private boolean over() {
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
    FilterChain chain = filters;
    if (chain == null || asked != null) {
      send(flow, relay);
      return;
    }
    // Where the next server of a name has it, it is the same request.
    asked = flow;
    askedRelay = relay;
    exchange = chain.nextExchange();
    CallMessage message =
        new CallMessage(request, dialog.sender(), exchange, upstream.flow(), flow).kept();
    cseq = chain.dialog().outward(message);
    chain.take(message, this);
  }

  private void send(Flow flow, PeerNodes.@Nullable Node relay) {
    tries++;
    int mine = tries;
    trying = next < targets.size() || spare != null;
    if (deaf || trying) {
      tools.timers().schedule(this, deaf ? DEAF_NS : TRY_NS);
    }
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
    while (next < targets.size() && !over()) {
      NextHop target = targets.get(next++);
      boolean back = spare != null && ways.hops().isOurs(target);
      Flow flow = back ? null : ways.hops().flowTo(request, target, upstream.flow());
      if (flow != null) {
        to(flow, null);
        return true;
      }
    }
    return toSpare();
  }

  private boolean toSpare() {
    Flow flow = spare;
    if (flow == null || answered || cancelled) {
      return false;
    }
    spare = null;
    onSpare = true;
    to(flow, spareRelay);
    return true;
  }

  // The server in use failed: the next takes its place, if there is one.
  private boolean passOver() {
    if (next > 0 && next <= targets.size() && !onSpare) {
      ways.hops().failed(targets.get(next - 1));
      outcome.forget(targets.get(next - 1));
    }
    ClientTransaction failed = client;
    if (over() || next >= targets.size() && spare == null) {
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
      targets = outcome.metFirst(found.targets());
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
    met(transaction);
    if (status == 100) {
      armTimerC();
      return;
    }
    if (response.isProvisional()) {
      armTimerC();
    } else {
      tools.timers().cancel(this);
    }
    FilterChain chain = filters;
    if (chain == null) {
      answer(response, null);
    } else {
      answer(response, transaction.flow(), chain);
    }
  }

  private void answer(SipResponse response, Flow from, FilterChain chain) {
    if (dismissed && response.isSuccess()) {
      tools.dismissal().take(from, response, false);
      return;
    }
    if (response.status() >= 300) {
      failed(response.status());
    }
    chain.take(
        new CallMessage(response, dialog.sender().other(), exchange, from, upstream.flow()), this);
  }

  private void answer(SipResponse response, @Nullable DetachedEdits changes) {
    if (!response.isProvisional() && !answered) {
      settle();
      tools.log().dialogOutcome(response.status());
      outcome.answered(response.status(), response);
    }
    tools.responder().pass(upstream, response, changes);
  }

  // ---- what the filters of the call say ----

  @Override
  public boolean wants(SipMessage message) {
    return message instanceof SipResponse || !over();
  }

  @Override
  public void pass(SipMessage message, @Nullable DetachedEdits changes) {
    if (message instanceof SipResponse response) {
      answer(response, changes);
      return;
    }
    Flow flow = asked;
    if (flow == null || over()) {
      failed(0);
    } else {
      edits = changes;
      send(flow, askedRelay);
    }
  }

  @Override
  public void refuse(SipMessage message, RefusalCause cause) {
    if (message instanceof SipResponse response) {
      refuse(response, cause);
    } else {
      failed(0);
      refuse(cause);
    }
  }

  // Who has accepted an INVITE that the other party must not know of has another session than that:
  // the call cannot go on.
  private void refuse(SipResponse response, RefusalCause cause) {
    if (response.isProvisional()) {
      return;
    }
    FilterChain chain = filters;
    ClientTransaction by = client;
    if (response.isSuccess() && request.method() == Method.INVITE && chain != null && by != null) {
      dismissed = true;
      boolean both = !chain.over() && chain.dialog().isComplete();
      tools.dismissal().take(by.flow(), response, !both);
      if (both) {
        chain.end(cause, "SIP;cause=" + cause.status() + ";text=\"" + cause.reason() + "\"");
      }
    }
    refuse(cause);
  }

  private void failed(int status) {
    if (filters != null && !toldFailed) {
      toldFailed = true;
      filters.failed(exchange, status);
    }
  }

  // Of several servers of a name this one has the dialog.
  private void met(ClientTransaction transaction) {
    if (passedOver.contains(transaction)) {
      return;
    }
    if (onSpare && spareRelay == null) {
      outcome.met(new MovedFlow(transaction.flow(), ways.clockMs().getAsLong()));
    } else if (targets.size() > 1) {
      outcome.met(targets.get(next - 1));
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

  private void refuse(RefusalCause cause) {
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
    if (filters != null) {
      filters.endWhenIdle();
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
