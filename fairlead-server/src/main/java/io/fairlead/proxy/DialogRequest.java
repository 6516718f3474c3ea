// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.Moved;
import io.fairlead.dns.LocateListener;
import io.fairlead.dns.Located;
import io.fairlead.dns.Target;
import io.fairlead.loop.Answerable;
import io.fairlead.loop.Timer;
import io.fairlead.observe.CallRecord.EndedBy;
import io.fairlead.observe.Cause;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
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
    implements ServerListener, ResponseListener, LocateListener {
  /** A server that is silent for so long is passed over; the sender of the request waits 32 s. */
  private static final long TRY_NS = 5_000_000_000L;

  /** T1: a backend that lives has answered by then; one that checks call dead most likely is. */
  private static final long DEAF_NS = 500_000_000L;

  private final Proxy proxy;
  private final ServerTransaction upstream;
  private final SipRequest request;
  private final @Nullable Call call;
  private final boolean fromCaller;
  private final boolean hadFlow;
  private final List<ClientTransaction> passedOver = new ArrayList<>(0);
  private List<Target> targets = List.of();
  private int next;
  private int tries;
  private @Nullable Flow spare;
  private Nodes.@Nullable Node spareRelay;
  private boolean onSpare;
  private @Nullable Moved moved;
  private boolean trying;
  private boolean deaf;
  private @Nullable ClientTransaction client;
  private boolean answered;
  private boolean ahead;
  private boolean cancelled;

  /**
   * @param call the call it belongs to; null when it is not known here
   * @param hadFlow the way was a flow, which is gone
   */
  DialogRequest(
      Proxy proxy,
      ServerTransaction upstream,
      @Nullable Call call,
      boolean fromCaller,
      boolean hadFlow) {
    this.hadFlow = hadFlow;
    this.proxy = proxy;
    this.upstream = upstream;
    this.request = upstream.request();
    this.call = call;
    this.fromCaller = fromCaller;
    upstream.listener(this);
    proxy.waiting(1);
  }

  /** Where the sender is now, should the other side accept the request; null for no change. */
  void moves(@Nullable Moved there) {
    moved = there;
  }

  /**
   * The way to take when the Contact leads to nobody.
   *
   * @param relay the node it leads to; null for the device itself
   */
  void orElse(@Nullable Flow flow, Nodes.@Nullable Node relay) {
    spare = flow;
    spareRelay = relay;
  }

  /** A BYE to a backend that seems dead: it is not waited for long. */
  void seemsDeaf() {
    deaf = true;
  }

  // The phone is told now that its call is over, whatever still becomes of the request.
  private void answerAhead() {
    if (call != null) {
      call.end(fromCaller ? EndedBy.BACKEND_LOST : EndedBy.CALLER);
    }
    refuse(Cause.NO_DIALOG);
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
  void to(Flow flow, Nodes.@Nullable Node relay) {
    if (answered && !ahead) {
      return;
    }
    if (Sips.isInsecure(request, flow)) {
      refuse(Cause.SIPS_NOT_ALLOWED);
      return;
    }
    tries++;
    int mine = tries;
    trying = next < targets.size() || spare != null;
    if (deaf || trying) {
      proxy.timers().schedule(this, deaf ? DEAF_NS : TRY_NS);
    }
    ClientTransaction made = proxy.sender().forward(request, upstream.flow(), flow, relay, this);
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
      Target target = targets.get(next++);
      boolean back = spare != null && proxy.inDialog().isOurs(target);
      Flow flow = back ? null : proxy.inDialog().flowTo(request, target, upstream.flow());
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
      proxy.inDialog().failed(targets.get(next - 1));
      forget(targets.get(next - 1));
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

  private void forget(Target failed) {
    if (call != null && failed.equals(call.met(!fromCaller))) {
      call.met(!fromCaller, null);
    }
  }

  /** The flow that was to take it is gone. */
  void flowGone() {
    silent(Cause.FLOW_FAILED);
  }

  /** Where the next hop is has become known, or that it cannot be. */
  @Override
  public void onLocated(Located at) {
    Answerable before = proxy.loop().steps().isFor(this);
    go(at);
    proxy.loop().steps().back(before);
  }

  private void go(Located at) {
    if (at instanceof Located.Found found) {
      targets = InDialog.metFirst(found.targets(), call, !fromCaller);
    }
    if (!tryNext() && !cancelled) {
      silent(hadFlow ? Cause.FLOW_FAILED : Cause.TRANSPORT_FAILURE);
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
      proxy.timers().cancel(this);
      if (!answered) {
        settle();
        judge(status, response);
      }
    }
    SipWriter out = proxy.forwarder().response(response);
    upstream.respond(out.bytes(), 0, out.length(), status);
  }

  // Of several servers of a name this one has the dialog.
  private void met(ClientTransaction transaction) {
    if (call == null || passedOver.contains(transaction)) {
      return;
    }
    Flow there = transaction.flow();
    if (onSpare && spareRelay == null) {
      call.moved(!fromCaller, new Moved(there, proxy.nowMs()));
    } else if (targets.size() > 1) {
      call.met(!fromCaller, targets.get(next - 1));
    }
  }

  private void heard() {
    if (deaf || trying) {
      deaf = false;
      trying = false;
      proxy.timers().cancel(this);
    }
  }

  private void armTimerC() {
    if (request.method() == Method.INVITE) {
      proxy.timers().schedule(this, proxy.timerCNs());
    }
  }

  // BYE ends the call, unless it was challenged; 408 and 481 say that the peer no longer knows it
  // (RFC 3261 §12.2.1.2). A call
  // in set-up ends with its INVITE's answer, which a BYE in an early dialog does not replace
  // (§15.1.2).
  private void judge(int status, SipResponse response) {
    proxy.dialogOutcome(status);
    if (call == null || call.state() != Call.State.UP) {
      return;
    }
    Moved there = moved;
    if (there != null && response.isSuccess()) {
      call.moved(fromCaller, there);
    }
    boolean bye = request.method() == Method.BYE;
    if (bye && status != 401 && status != 407) {
      call.end(fromCaller ? EndedBy.CALLER : EndedBy.CALLEE);
    } else if ((status == 481 || status == 408) && speaksOfTheCall(request.method())) {
      call.end(fromCaller ? EndedBy.BACKEND_LOST : EndedBy.CALLER);
    } else if (response.isSuccess()
        && (request.method() == Method.INVITE || request.method() == Method.UPDATE)) {
      call.refreshed(Seconds.of(response, HeaderName.SESSION_EXPIRES));
    }
  }

  // The others name a subscription, a response or a transaction that may be gone while the call
  // lives (RFC 5057 §5.1).
  private static boolean speaksOfTheCall(Method method) {
    return switch (method) {
      case INVITE, UPDATE, INFO, MESSAGE, OPTIONS -> true;
      case ACK, BYE, CANCEL, REGISTER, PRACK, SUBSCRIBE, NOTIFY, REFER, PUBLISH, OTHER -> false;
    };
  }

  @Override
  public void onTimeout(ClientTransaction transaction) {
    if (passedOver.contains(transaction) || passOver()) {
      return;
    }
    silent(cancelled ? Cause.CALLER_CANCELLED : Cause.RING_TIMEOUT);
  }

  @Override
  public void onTransportError(ClientTransaction transaction, String why) {
    if (passedOver.contains(transaction) || passOver()) {
      return;
    }
    silent(Cause.TRANSPORT_FAILURE);
  }

  // A BYE that reaches nobody still ends the call, and says so; another request may have been lost,
  // the peer decides.
  private void silent(Cause cause) {
    boolean nobody = request.method() == Method.BYE && cause == Cause.TRANSPORT_FAILURE;
    byeEnds(nobody ? EndedBy.BACKEND_LOST : EndedBy.CALLER);
    refuse(nobody ? Cause.NO_DIALOG : cause);
  }

  private void byeEnds(EndedBy caller) {
    if (request.method() == Method.BYE && call != null && call.state() == Call.State.UP) {
      call.end(fromCaller ? caller : EndedBy.CALLEE);
    }
  }

  private void refuse(Cause cause) {
    proxy.timers().cancel(this);
    if (!answered) {
      settle();
      proxy.dialogOutcome(cause.status());
      upstream.reject(cause.status(), cause.reason(), proxy.warning(cause));
    }
  }

  @Override
  public void onCancel(ServerTransaction transaction, SipRequest cancel) {
    cancelled = true;
    if (client == null) {
      // The next hop is still being looked up: nothing has left, nothing will.
      refuse(Cause.CALLER_CANCELLED);
    } else {
      cancel(CancelReason.passedOn(cancel));
    }
  }

  /** A step threw: 500; a BYE ends the call all the same, for its sender takes it so. */
  @Override
  public void onDefect() {
    proxy.timers().cancel(this);
    settle();
    cancelled = true;
    try {
      if (!upstream.answered()) {
        proxy.dialogOutcome(Cause.INTERNAL.status());
        upstream.fail();
      }
    } finally {
      cancel();
      byeEnds(EndedBy.CALLER);
    }
  }

  @Override
  public String toString() {
    return request.method() + " " + request.callId();
  }

  private void settle() {
    if (!answered) {
      answered = true;
      proxy.waiting(-1);
    }
  }

  private void cancel() {
    cancel("");
  }

  private void cancel(String reason) {
    if (client instanceof InviteClientTransaction invite) {
      invite.cancel(reason);
    }
  }

  @Override
  public void onTimeout(ServerTransaction transaction) {
    settle();
  }

  @Override
  public void onTransportError(ServerTransaction transaction, String why) {
    if (!answered) {
      cancel();
    }
  }

  /**
   * A re-INVITE was told to wait, and is told that nobody answers: its session goes on as it was.
   * Any other request comes again, to whoever serves the dialog then.
   */
  @Override
  public void onShutdown(ServerTransaction transaction) {
    if (request.method() == Method.INVITE) {
      cancel();
      refuse(Cause.SHUTTING_DOWN);
      return;
    }
    proxy.timers().cancel(this);
    settle();
    byeEnds(EndedBy.CALLER);
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
      cancel();
    }
  }
}
