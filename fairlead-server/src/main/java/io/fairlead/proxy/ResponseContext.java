// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.loop.Timer;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Cause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
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
 * §16.10), with failover to the next backend while the pool's settings allow it.
 *
 * <p>One timer serves two ends: until a backend's first answer it is try-timeout, from then on
 * timer C.
 *
 * <pre>
 *   TRYING --caller's CANCEL--> CANCELLED
 *      +-- 2xx or final response passed on ---> ANSWERED <--+
 * </pre>
 *
 * <p>Owned by one loop.
 */
final class ResponseContext extends Timer implements ServerListener {
  private enum State {
    TRYING,
    CANCELLED,
    ANSWERED
  }

  private final Proxy proxy;
  private final ServerTransaction upstream;
  private final boolean invite;
  private final Route route;
  private final Pool pool;
  private final CallRecord record;
  private final @Nullable Call call;
  private final long key;
  private final List<Attempt> attempts = new ArrayList<>(1);
  private final List<Backend> tried = new ArrayList<>(2);
  private final BestResponse best = new BestResponse();
  private State state = State.TRYING;
  private boolean timerC;
  private Cause lastCause = Cause.NO_HEALTHY_BACKEND;

  /**
   * @param call the call it begins; null for other methods than INVITE
   */
  ResponseContext(
      Proxy proxy,
      ServerTransaction upstream,
      Route route,
      Pool pool,
      CallRecord record,
      @Nullable Call call) {
    this.proxy = proxy;
    this.upstream = upstream;
    this.invite = upstream.request().method() == Method.INVITE;
    this.route = route;
    this.pool = pool;
    this.record = record;
    this.call = call;
    this.key = pool.hashKey().of(upstream.request(), upstream.flow());
    record.route(route.name()).pool(pool.name());
  }

  void start() {
    proxy.waiting(1);
    upstream.listener(this);
    if (pool.fanout()) {
      for (Backend backend : pool.available()) {
        attempt(backend);
      }
      if (attempts.isEmpty()) {
        finish();
      }
      return;
    }
    Backend challenger = proxy.affinity().find(upstream.request());
    if (challenger != null && challenger.takesCalls() && pool.backends().contains(challenger)) {
      if (attempt(challenger)) {
        return;
      }
    }
    next();
  }

  long nowNs() {
    return proxy.nowNs();
  }

  // The next backend that can be sent to; the end when there is none or tries are used up.
  private void next() {
    while (tried.size() < pool.failover().tries()) {
      Backend backend = pool.pick(proxy.loopIndex(), key, tried);
      if (backend == null) {
        if (tried.isEmpty()) {
          lastCause = pool.nobody(tried);
        }
        break;
      }
      if (attempt(backend)) {
        return;
      }
    }
    finish();
  }

  // False when nothing could be sent.
  private boolean attempt(Backend backend) {
    tried.add(backend);
    record.tried(backend.name());
    Attempt attempt = new Attempt(this, backend, nowNs());
    attempts.add(attempt);
    if (call != null) {
      if (!pool.fanout()) {
        call.letGo();
      }
      call.holds(backend.occupy(proxy.loopIndex()));
      call.backend(backend.id());
    }
    if (!proxy.send(attempt, upstream.request(), upstream.flow(), route, backend)) {
      attempts.remove(attempt);
      lastCause = Cause.TRANSPORT_FAILURE;
      return false;
    }
    timerC = false;
    if (pool.failover().onTimeout()) {
      proxy.timers().schedule(this, pool.failover().tryTimeout().toNanos());
    } else {
      proxy.timers().cancel(this);
    }
    return true;
  }

  void onProvisional(Attempt attempt, SipResponse response) {
    if (state == State.ANSWERED) {
      attempt.cancel();
      return;
    }
    if (invite) {
      if (!timerC || response.status() > 100) {
        timerC = true;
        proxy.timers().schedule(this, proxy.timerCNs());
      }
    } else if (!pool.fanout()) {
      proxy.timers().cancel(this);
    }
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

  void onSuccess(Attempt attempt, SipResponse response) {
    boolean firstAnswer = state != State.ANSWERED;
    SipWriter out = proxy.forwarder().response(response);
    upstream.respond(out.bytes(), 0, out.length(), response.status());
    if (!firstAnswer) {
      return;
    }
    settle();
    proxy.timers().cancel(this);
    Backend winner = attempt.backend();
    if (winner != null) {
      record.backend(winner.name());
    }
    if (call != null) {
      if (winner != null && (pool.fanout() || call.backend() != winner.id())) {
        call.letGo();
        call.holds(winner.occupy(proxy.loopIndex()));
        call.backend(winner.id());
      }
      call.answered(response, Seconds.of(response, HeaderName.SESSION_EXPIRES));
    } else {
      log(response.status(), Cause.NONE);
    }
    cancelOthers(attempt);
    attempt.handOver(new LateAnswers(proxy, upstream));
    proxy.outcome(route, response.status(), Cause.NONE);
  }

  void onFailure(Attempt attempt, SipResponse response) {
    int status = response.status();
    if (state == State.ANSWERED) {
      return;
    }
    Backend answerer = attempt.backend();
    if (answerer != null && (status == 401 || status == 407)) {
      proxy.affinity().remember(upstream.request(), answerer);
    }
    best.consider(response);
    if (status >= 600) {
      cancelOthers(attempt);
      if (!anyPending()) {
        finish();
      }
      return;
    }
    if (state == State.TRYING && !pool.fanout() && pool.failover().onStatus(status)) {
      lastCause = Cause.NONE;
      next();
    } else if (!anyPending()) {
      finish();
    }
  }

  void onTimeout(Attempt attempt) {
    failed(Cause.TRY_TIMEOUT, pool.failover().onTimeout());
  }

  void onTransportError(Attempt attempt, String why) {
    failed(Cause.TRANSPORT_FAILURE, pool.failover().onTransport());
  }

  private void failed(Cause cause, boolean tryNext) {
    if (state == State.ANSWERED) {
      return;
    }
    if (state == State.TRYING) {
      lastCause = cause;
    }
    if (state == State.TRYING && tryNext && !pool.fanout()) {
      next();
    } else if (!anyPending()) {
      finish();
    }
  }

  /**
   * Try-timeout, or timer C (RFC 3261 §16.8): a branch that has rung is cancelled and answers 487.
   */
  @Override
  protected void onTimer() {
    if (!timerC) {
      silent();
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

  private void silent() {
    if (!invite) {
      silentRequest();
      return;
    }
    for (Attempt attempt : attempts) {
      attempt.abandon();
    }
    failed(Cause.TRY_TIMEOUT, true);
  }

  // Another request than INVITE is answered late by a slow but living backend; with no other to
  // try, waiting is better.
  private void silentRequest() {
    if (state != State.TRYING || pool.fanout() || tried.size() >= pool.failover().tries()) {
      return;
    }
    Backend other = pool.pick(proxy.loopIndex(), key, tried);
    if (other != null) {
      attempts.getLast().abandon();
      if (!attempt(other)) {
        next();
      }
    }
  }

  @Override
  public void onCancel(ServerTransaction transaction, SipRequest cancel) {
    callerGone();
  }

  private void callerGone() {
    if (state == State.TRYING) {
      lastCause = Cause.CALLER_CANCELLED;
      giveUp();
      if (!anyPending()) {
        finish();
      }
    }
  }

  private void finish() {
    proxy.timers().cancel(this);
    SipResponse chosen = best.response();
    Cause cause = cause(chosen != null);
    if (chosen == null || chosen.status() == 503) {
      refuse(cause);
      return;
    }
    settle();
    SipWriter challenges = best.challenges();
    SipWriter out =
        challenges == null
            ? proxy.forwarder().response(chosen)
            : proxy.forwarder().response(chosen, challenges);
    upstream.respond(out.bytes(), 0, out.length(), chosen.status());
    end(chosen.status(), cause);
  }

  private Cause cause(boolean answered) {
    return switch (lastCause) {
      case CALLER_CANCELLED, RING_TIMEOUT -> lastCause;
      default -> answered ? Cause.NONE : lastCause;
    };
  }

  // RFC 3261 §16.7: a 503 of one backend is not the service's; Retry-After is ours, in seconds, not
  // FreeSWITCH's 300.
  private void refuse(Cause cause) {
    settle();
    int status = cause == Cause.NONE ? 503 : cause.status();
    String reason = cause == Cause.NONE ? "Service Unavailable" : cause.reason();
    String headers = status == 503 ? "Retry-After: " + pool.retryAfterSeconds() + "\r\n" : "";
    upstream.reject(status, reason, headers);
    end(status, cause);
  }

  private void end(int status, Cause cause) {
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

  private void settle() {
    if (state != State.ANSWERED) {
      state = State.ANSWERED;
      proxy.waiting(-1);
    }
  }

  private boolean anyPending() {
    for (Attempt attempt : attempts) {
      if (attempt.pending()) {
        return true;
      }
    }
    return false;
  }

  private void cancelOthers(Attempt winner) {
    for (Attempt attempt : attempts) {
      if (attempt != winner) {
        attempt.cancel();
      }
    }
  }
}
