// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.filter.CallEnding;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.guard.limit.Limit;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.route.Route;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.transaction.ServerListener;
import io.fairlead.transaction.ServerTransaction;
import org.jspecify.annotations.Nullable;

/**
 * The branches of one request that begins something, and what is answered (RFC 3261 §16.7, §16.8,
 * §16.10). Which branches there are, and when the next begins, is for {@link Failover} among
 * backends and for {@link Fork} to phones.
 *
 * <pre>
 *   TRYING --caller's CANCEL, timer C--> CANCELLED
 *      +-- 2xx or final response with the filters of the call --> ANSWERING <--+
 *      +-- 2xx or final response passed on ----> ANSWERED <--------------------+
 * </pre>
 *
 * <p>Owned by one loop.
 */
abstract sealed class ResponseContext extends BranchTimer
    implements ServerListener, CallEnding.SettingUp permits Failover, Fork {
  /** Where the request stands. */
  enum State {
    TRYING,
    CANCELLED,
    /** There is an answer; the filters of the call look at it. A CANCEL comes too late. */
    ANSWERING,
    ANSWERED
  }

  final ServerTransaction upstream;
  final boolean invite;
  final @Nullable Route route;
  final CallRecord record;
  final @Nullable Call call;
  final RequestBlame blame;
  final BestResponse best = new BestResponse();
  State state = State.TRYING;
  private final InitialOutcome outcome;
  private boolean refused;
  // How many a 2xx of theirs the filters still look at.
  private int answering;
  private String cancelReason = "";
  private @Nullable ProxyBranch winner;
  RefusalCause lastCause;

  /**
   * @param route whose counts it is in; null for none
   * @param call the call it begins; null for other methods than INVITE
   * @param nobody the cause when no branch answers
   */
  ResponseContext(
      ProxyTools tools,
      InitialRequest asked,
      @Nullable Route route,
      @Nullable Call call,
      RefusalCause nobody) {
    super(tools);
    this.upstream = asked.transaction();
    this.invite = asked.isInvite();
    this.route = route;
    this.record = asked.record();
    this.call = call;
    this.outcome = new InitialOutcome(tools, route, record, call);
    this.blame = new RequestBlame(tools, upstream, record, attempts);
    this.lastCause = nobody;
    // From the first moment, so that the call just begun has somebody who ends it.
    tools.unfinished().begun();
    upstream.listener(this);
    if (call != null && call.filters() != null) {
      call.filters().settingUp(this);
    }
    if (route != null) {
      record.route(route.name());
    }
  }

  /** What looks at the messages of the call; null when nothing does. */
  final @Nullable FilterChain filters() {
    return call == null ? null : call.filters();
  }

  /** True when the answer is known, whether it has been given or not. */
  final boolean isAnswered() {
    return state == State.ANSWERING || state == State.ANSWERED;
  }

  // ---- what differs ----

  /** Starts the first branch or branches; finishes when there is none. */
  abstract void begin();

  /** The request of a branch has left, and no other rings. */
  void onSent() {}

  /** A provisional response came while there is no final one: the timer may be set anew. */
  abstract void onHeard(SipResponse response);

  /** A branch was answered with the first success. */
  abstract void won(ProxyBranch attempt);

  /** A branch failed while the request is not answered. */
  abstract void onFailure(ProxyBranch attempt, SipResponse response);

  abstract void onTimeout(ProxyBranch attempt);

  abstract void onTransportError(ProxyBranch attempt, String why);

  /**
   * True when the caller is to know of every 2xx, since several branches ring at a time (RFC 3261
   * §16.7 step 5); false when one follows the other, and the first 2xx is the call.
   */
  abstract boolean forks();

  /** The best response is about to be passed on. */
  void onConcluding() {}

  /** The limit of the guard that keeps it from where it would go. */
  @Nullable Limit limit() {
    return null;
  }

  /** The headers of a 503 of ours. */
  abstract String retryAfter();

  // ---- what branches tell ----

  /** The request of a branch has left: where another rings, timer C goes on for all of them. */
  final void sent() {
    if (!isTimerC()) {
      onSent();
    }
  }

  final void onProvisional(ProxyBranch attempt, SipResponse response) {
    if (isAnswered()) {
      attempt.cancel();
      return;
    }
    onHeard(response);
    if (state == State.CANCELLED) {
      attempt.cancel();
    }
    if (response.status() > 100) {
      FilterChain filters = filters();
      if (filters == null) {
        ring(response, null);
      } else {
        filters.take(attempt.incoming(response), new FilteredAnswer(this));
      }
    }
  }

  /** Passes a provisional response on, unless there is an answer meanwhile. */
  final void ring(SipResponse response, @Nullable DetachedEdits edits) {
    if (isAnswered()) {
      return;
    }
    if (response.status() == 180 || response.status() == 183) {
      record.ringing(nowNs());
    }
    tools.responder().pass(upstream, response, edits);
  }

  final void onSuccess(ProxyBranch attempt, SipResponse response) {
    boolean wanted = !isAnswered() || !refused && forks();
    if (invite && !(wanted && upstream.takesSuccess())) {
      attempt.endLate(tools.dismissal(), response);
      return;
    }
    FilterChain filters = filters();
    if (filters == null) {
      succeed(attempt, response, null);
    } else {
      answer(attempt, response, filters);
    }
  }

  // It has answered, whatever the filters make of that.
  private void answer(ProxyBranch attempt, SipResponse response, FilterChain filters) {
    if (!isAnswered()) {
      state = State.ANSWERING;
      disarm();
      cancelReason = CancelReason.ELSEWHERE;
      attempts.cancelOthers(attempt);
    }
    attempt.filtered(filters, tools.dismissal(), response);
  }

  /** Passes a success on; the first one is the answer. */
  final void succeed(ProxyBranch attempt, SipResponse response, @Nullable DetachedEdits edits) {
    boolean firstAnswer = state != State.ANSWERED;
    tools.responder().pass(upstream, response, edits);
    if (!firstAnswer) {
      return;
    }
    settle();
    disarm();
    cancelReason = CancelReason.ELSEWHERE;
    winner = attempt;
    won(attempt);
    trust(response);
    outcome.succeeded(response);
    attempts.cancelOthers(attempt);
    if (filters() == null) {
      attempt.handOver(new AcceptedBranch(tools.responder(), upstream));
    }
  }

  // Who is in a call now, or has been registered by a farm, is no flood.
  private void trust(SipResponse response) {
    Method method = response.cseqMethod();
    if (method == Method.INVITE || method == Method.REGISTER) {
      tools.trusted().proven(upstream.flow().source(), nowNs());
    }
  }

  // ---- what the filters of the call say ----

  /** A 2xx is with the filters, or no longer. */
  final void answering(int more) {
    answering += more;
  }

  /** True when the caller still takes a success that the filters have passed. */
  final boolean takes(ProxyBranch attempt) {
    boolean another = state == State.ANSWERED && !forks() && attempt != winner;
    return !refused && !another && upstream.takesSuccess();
  }

  /** The filters take a 2xx back: the caller is told, unless another one is or may be his. */
  final void onSuccessRefused(RefusalCause cause) {
    if (state == State.ANSWERING && answering == 0) {
      lastCause = cause;
      refuse(cause, null);
    }
  }

  /** The filters do not let an attempt be made: the request is refused, whoever else might do. */
  final void onRefused(RefusalCause cause) {
    if (!isAnswered()) {
      stop(cause);
    }
  }

  /** The filters have another answer than the failure that was to be told. */
  final void onFailureRefused(RefusalCause cause) {
    if (state == State.ANSWERING) {
      refuse(cause, null);
    }
  }

  /** A filter ends the call. */
  @Override
  public final void abort(RefusalCause cause, String reason) {
    if (state != State.ANSWERED) {
      cancelReason = "Reason: " + reason + "\r\n";
      stop(cause);
    }
  }

  private void stop(RefusalCause cause) {
    disarm();
    lastCause = cause;
    refuse(cause, null);
    attempts.cancelOthers(null);
  }

  /** A branch that has rung is cancelled and answers 487. */
  @Override
  final void onTimerC() {
    if (state == State.TRYING) {
      lastCause = RefusalCause.RING_TIMEOUT;
      giveUp();
    }
  }

  private void giveUp() {
    state = State.CANCELLED;
    attempts.cancelOthers(null);
  }

  // ---- what the caller tells ----

  @Override
  public void onCancel(ServerTransaction transaction, SipRequest cancel) {
    if (state == State.TRYING) {
      cancelReason = CancelReason.passedOn(cancel);
      callerGone();
    }
  }

  private void callerGone() {
    if (state == State.TRYING) {
      lastCause = RefusalCause.CALLER_CANCELLED;
      giveUp();
      attempts.dropSilent();
      if (!attempts.anyPending()) {
        // What earlier branches answered does not count (RFC 3261 §9.2).
        disarm();
        refuse(lastCause, null);
      }
    }
  }

  @Override
  public void onTimeout(ServerTransaction transaction) {
    if (state != State.ANSWERED) {
      settle();
      disarm();
      end(0, RefusalCause.TRY_TIMEOUT);
    }
  }

  @Override
  public void onTransportError(ServerTransaction transaction, String why) {
    // The caller cannot be told: what was begun for it is ended.
    callerGone();
  }

  /** A caller who has gone is not told of our end. */
  @Override
  public void onShutdown(ServerTransaction transaction) {
    boolean trying = state == State.TRYING || state == State.ANSWERING;
    disarm();
    attempts.cancelOthers(null);
    if (trying) {
      lastCause = RefusalCause.SHUTTING_DOWN;
    }
    refuseWith(lastCause, trying ? Refusals.RETRY_AFTER : "");
  }

  // ---- the end ----

  /** A step threw: 500, and nothing is held any more. */
  @Override
  public final void onDefect() {
    boolean over = state == State.ANSWERED;
    disarm();
    settle();
    try {
      if (!upstream.answered()) {
        upstream.fail();
      }
    } finally {
      try {
        outcome.onDefect(over);
      } finally {
        attempts.cancelOthers(null);
      }
    }
  }

  @Override
  public final String toString() {
    return record.title();
  }

  final void finish() {
    disarm();
    onConcluding();
    SipResponse chosen = best.response();
    RefusalCause cause = cause(chosen != null);
    if (chosen == null || ResponseVerdict.of(chosen, null).busy()) {
      refuse(cause, chosen);
      return;
    }
    FilterChain filters = filters();
    if (filters == null) {
      fail(chosen, null);
    } else {
      state = State.ANSWERING;
      filters.take(attempts.failure(chosen, upstream.flow()), new FilteredAnswer(this));
    }
  }

  /** Passes the best failure on. */
  final void fail(SipResponse chosen, @Nullable DetachedEdits edits) {
    if (state != State.ANSWERED) {
      RefusalCause cause = cause(true);
      settle();
      tools.responder().end(upstream, chosen, best.challenges(), edits);
      end(chosen.status(), cause);
    }
  }

  /** Another kind of way takes the request over; what branches still bring is told there. */
  final void goOnAs(ResponseContext next) {
    settle();
    disarm();
    attempts.handTo(next);
    next.begin();
  }

  private RefusalCause cause(boolean answered) {
    return switch (lastCause) {
      case CALLER_CANCELLED, RING_TIMEOUT, ROOM_FULL, ROOM_DOWN -> lastCause;
      default -> answered ? RefusalCause.NONE : lastCause;
    };
  }

  // RFC 3261 §16.7: a 503 of one backend is not the service's. Whoever reads Retry-After rests all
  // of us (§21.5.4), so it stands there only when we have no room, and is ours, not FreeSWITCH's
  // 300.
  private void refuse(RefusalCause cause, @Nullable SipResponse chosen) {
    boolean full = chosen != null && ResponseVerdict.of(chosen, null) == ResponseVerdict.OVERLOAD;
    String rest = full || cause != RefusalCause.NONE ? retryAfter() : "";
    refuseWith(cause, Refusals.status(cause) == 503 ? rest : tools.responder().warning(cause));
  }

  private void refuseWith(RefusalCause cause, String headers) {
    settle();
    Limit limit = cause == RefusalCause.LIMIT ? limit() : null;
    end(Refusals.reject(upstream, record, cause, limit, headers), cause);
  }

  private void end(int status, RefusalCause cause) {
    refused = true;
    outcome.failed(status, cause);
  }

  private void settle() {
    if (state != State.ANSWERED) {
      state = State.ANSWERED;
      FilterChain filters = filters();
      if (filters != null) {
        filters.settingUp(null);
      }
      tools.unfinished().ended();
      blame.end();
    }
  }

  /** A branch has refused for all (RFC 3261 §16.7 step 5). */
  final void declined(ProxyBranch attempt, int status) {
    cancelReason = CancelReason.declined(status);
    attempts.cancelOthers(attempt);
  }

  /** Why branches are cancelled from now on, as header lines; empty for no reason to tell. */
  final String cancelReason() {
    return cancelReason;
  }
}
