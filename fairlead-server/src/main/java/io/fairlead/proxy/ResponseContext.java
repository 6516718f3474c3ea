// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.loop.Timer;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Cause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.HashKey;
import io.fairlead.pool.blame.Asker;
import io.fairlead.pool.blame.Comparison;
import io.fairlead.pool.blame.Reply;
import io.fairlead.route.Route;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.ServerListener;
import io.fairlead.transaction.ServerTransaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branches of one request that begins something, and what is answered (RFC 3261 §16.7, §16.8,
 * §16.10). Which branches there are, and when the next begins, is for {@link Failover} among
 * backends and for {@link Fork} to phones.
 *
 * <p>One timer serves two ends: the time given to the branches tried now, and timer C.
 *
 * <pre>
 *   TRYING --caller's CANCEL--> CANCELLED
 *      +-- 2xx or final response passed on ---> ANSWERED <--+
 * </pre>
 *
 * <p>Owned by one loop.
 */
abstract sealed class ResponseContext extends Timer implements ServerListener, Asker
    permits Failover, Fork {
  /** Where the request stands. */
  enum State {
    TRYING,
    CANCELLED,
    ANSWERED
  }

  final Proxy proxy;
  final ServerTransaction upstream;
  final boolean invite;
  final @Nullable Route route;
  final CallRecord record;
  final @Nullable Call call;
  final List<Attempt> attempts = new ArrayList<>(1);
  final BestResponse best = new BestResponse();
  State state = State.TRYING;
  boolean timerC;
  private boolean refused;
  private String cancelReason = "";
  private @Nullable Comparison comparison;
  Cause lastCause;

  /**
   * @param route what took the request; null when a flow token did
   * @param call the call it begins; null for other methods than INVITE
   * @param nobody the cause when no branch answers
   */
  ResponseContext(
      Proxy proxy,
      ServerTransaction upstream,
      @Nullable Route route,
      CallRecord record,
      @Nullable Call call,
      Cause nobody) {
    this.proxy = proxy;
    this.upstream = upstream;
    this.invite = upstream.request().method() == Method.INVITE;
    this.route = route;
    this.record = record;
    this.call = call;
    this.lastCause = nobody;
    // From the first moment, so that the call just begun has somebody who ends it.
    proxy.waiting(1);
    upstream.listener(this);
    if (route != null) {
      record.route(route.name());
    }
  }

  void start() {
    begin();
  }

  @Override
  public final long destination() {
    return state == State.ANSWERED ? 0 : HashKey.destination(upstream.request());
  }

  @Override
  public final long nowNs() {
    return proxy.nowNs();
  }

  @Override
  public final CallRecord record() {
    return record;
  }

  @Override
  public final @Nullable Comparison comparison() {
    return comparison;
  }

  @Override
  public final Comparison compare() {
    Comparison begun = new Comparison(destination());
    comparison = begun;
    for (Attempt attempt : attempts) {
      Backend asked = attempt.backend();
      Reply last = attempt.last();
      if (asked != null && last != null) {
        begun.answered(asked, last);
      }
    }
    return begun;
  }

  // ---- what differs ----

  /** Starts the first branch or branches; finishes when there is none. */
  abstract void begin();

  /** A provisional response came while there is no final one: the timer may be set anew. */
  abstract void onHeard(SipResponse response);

  /** A branch was answered with the first success. */
  abstract void won(Attempt attempt);

  /** A branch failed while the request is not answered. */
  abstract void onFailure(Attempt attempt, SipResponse response);

  abstract void onTimeout(Attempt attempt);

  abstract void onTransportError(Attempt attempt, String why);

  /**
   * True when the caller is to know of every 2xx, since several branches ring at a time (RFC 3261
   * §16.7 step 5); false when one follows the other, and the first 2xx is the call.
   */
  abstract boolean forks();

  /** The branches tried now have used up their time. */
  abstract void onTimeUp();

  /** The best response is about to be passed on. */
  void onConcluding() {}

  /** The headers of a 503 of ours. */
  abstract String retryAfter();

  // ---- what branches tell ----

  final void onProvisional(Attempt attempt, SipResponse response) {
    if (state == State.ANSWERED) {
      attempt.cancel();
      return;
    }
    onHeard(response);
    if (state == State.CANCELLED) {
      attempt.cancel();
    }
    if (response.status() > 100) {
      if (response.status() == 180 || response.status() == 183) {
        record.ringing(nowNs());
      }
      SipWriter out = proxy.forwarder().response(response);
      upstream.respond(out.bytes(), 0, out.length(), response.status());
    }
  }

  final void onSuccess(Attempt attempt, SipResponse response) {
    boolean firstAnswer = state != State.ANSWERED;
    boolean wanted = firstAnswer || !refused && forks();
    if (invite && !(wanted && upstream.takesSuccess())) {
      attempt.endLate(proxy.dismissal(), response);
      return;
    }
    SipWriter out = proxy.forwarder().response(response);
    upstream.respond(out.bytes(), 0, out.length(), response.status());
    if (!firstAnswer) {
      return;
    }
    settle();
    proxy.timers().cancel(this);
    cancelReason = CancelReason.ELSEWHERE;
    won(attempt);
    if (call != null) {
      call.answered(response, Seconds.of(response, HeaderName.SESSION_EXPIRES));
    } else {
      log(response.status(), Cause.NONE);
    }
    cancelOthers(attempt);
    attempt.handOver(new LateAnswers(proxy, upstream));
    proxy.outcome(route, response.status(), Cause.NONE);
  }

  final void armTimerC(SipResponse response) {
    if (!timerC || response.status() > 100) {
      timerC = true;
      proxy.timers().schedule(this, proxy.timerCNs());
    }
  }

  /**
   * The time of the branches is over, or timer C (RFC 3261 §16.8): a branch that has rung is
   * cancelled and answers 487.
   */
  @Override
  protected final void onTimer() {
    if (!timerC) {
      onTimeUp();
    } else if (state == State.TRYING) {
      lastCause = Cause.RING_TIMEOUT;
      giveUp();
    }
  }

  private void giveUp() {
    state = State.CANCELLED;
    for (Attempt attempt : attempts) {
      attempt.cancel();
    }
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
      lastCause = Cause.CALLER_CANCELLED;
      giveUp();
      dropSilent();
      if (!anyPending()) {
        // What earlier branches answered does not count (RFC 3261 §9.2).
        proxy.timers().cancel(this);
        refuse(lastCause, null);
      }
    }
  }

  // Where nothing has come back no CANCEL may go (§9.1) and none is answered: such a branch has no
  // say in what the caller hears.
  private void dropSilent() {
    for (Attempt attempt : attempts) {
      if (attempt.state() == Attempt.State.WAITING) {
        attempt.giveUp();
      }
    }
  }

  @Override
  public void onTimeout(ServerTransaction transaction) {
    if (state != State.ANSWERED) {
      settle();
      proxy.timers().cancel(this);
      end(0, Cause.TRY_TIMEOUT);
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
    boolean trying = state == State.TRYING;
    proxy.timers().cancel(this);
    cancelOthers(null);
    if (trying) {
      lastCause = Cause.SHUTTING_DOWN;
    }
    refuseWith(lastCause, trying ? InitialRequests.RETRY_AFTER : "");
  }

  // ---- the end ----

  /** A step threw: 500, and nothing is held any more. */
  @Override
  public final void onDefect() {
    boolean over = state == State.ANSWERED;
    proxy.timers().cancel(this);
    settle();
    try {
      if (!upstream.answered()) {
        upstream.fail();
      }
    } finally {
      try {
        if (call != null) {
          call.onDefect();
        } else if (!over) {
          log(Cause.INTERNAL.status(), Cause.INTERNAL);
        }
        proxy.outcome(route, Cause.INTERNAL.status(), Cause.INTERNAL);
      } finally {
        cancelOthers(null);
      }
    }
  }

  @Override
  public final String toString() {
    return record.title();
  }

  final void finish() {
    proxy.timers().cancel(this);
    onConcluding();
    SipResponse chosen = best.response();
    Cause cause = cause(chosen != null);
    if (chosen == null || Reply.of(chosen, null).busy()) {
      refuse(cause, chosen);
      return;
    }
    settle();
    SipWriter challenges = best.challenges();
    SipWriter out =
        challenges == null
            ? proxy.forwarder().ended(chosen)
            : proxy.forwarder().response(chosen, challenges);
    upstream.respond(out.bytes(), 0, out.length(), chosen.status());
    end(chosen.status(), cause);
  }

  /** Another kind of way takes the request over; what branches still bring is told there. */
  final void goOnAs(ResponseContext next) {
    settle();
    proxy.timers().cancel(this);
    for (Attempt attempt : attempts) {
      attempt.tells(next);
    }
    next.attempts.addAll(attempts);
    next.start();
  }

  private Cause cause(boolean answered) {
    return switch (lastCause) {
      case CALLER_CANCELLED, RING_TIMEOUT, ROOM_FULL, ROOM_DOWN -> lastCause;
      default -> answered ? Cause.NONE : lastCause;
    };
  }

  // RFC 3261 §16.7: a 503 of one backend is not the service's. Whoever reads Retry-After rests all
  // of us (§21.5.4), so it stands there only when we have no room, and is ours, not FreeSWITCH's
  // 300.
  private void refuse(Cause cause, @Nullable SipResponse chosen) {
    boolean full = chosen != null && Reply.of(chosen, null) == Reply.OVERLOAD;
    String rest = full || cause != Cause.NONE ? retryAfter() : "";
    refuseWith(cause, status(cause) == 503 ? rest : proxy.warning(cause));
  }

  private void refuseWith(Cause cause, String headers) {
    settle();
    int status = status(cause);
    String reason = cause == Cause.NONE ? "Service Unavailable" : cause.reason();
    upstream.reject(status, reason, headers);
    end(status, cause);
  }

  private static int status(Cause cause) {
    return cause == Cause.NONE ? 503 : cause.status();
  }

  private void end(int status, Cause cause) {
    refused = true;
    if (call != null) {
      call.failed(status, cause);
    } else {
      log(status, cause);
    }
    proxy.outcome(route, status, cause);
  }

  private void log(int status, Cause cause) {
    proxy.log(record.answered(status, nowNs()).cause(cause));
  }

  private void settle() {
    if (state != State.ANSWERED) {
      state = State.ANSWERED;
      proxy.waiting(-1);
      if (comparison != null) {
        record.blame(comparison.end());
      }
    }
  }

  final boolean anyPending() {
    for (Attempt attempt : attempts) {
      if (attempt.pending()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Only branches that have said nothing are left: what another has answered waits for them no
   * longer than that.
   */
  final void holdUp(long silenceNs) {
    long until = nowNs();
    for (Attempt attempt : attempts) {
      if (attempt.state() == Attempt.State.PROCEEDING) {
        return;
      }
      if (attempt.state() == Attempt.State.WAITING) {
        until = Math.max(until, attempt.startedNs() + silenceNs);
      }
    }
    timerC = false;
    proxy.timers().schedule(this, until - nowNs());
  }

  /** A branch has refused for all (RFC 3261 §16.7 step 5). */
  final void declined(Attempt attempt, int status) {
    cancelReason = CancelReason.declined(status);
    cancelOthers(attempt);
  }

  /** Why branches are cancelled from now on, as header lines; empty for no reason to tell. */
  final String cancelReason() {
    return cancelReason;
  }

  final void cancelOthers(@Nullable Attempt winner) {
    for (Attempt attempt : attempts) {
      if (attempt != winner) {
        attempt.cancel();
      }
    }
  }
}
