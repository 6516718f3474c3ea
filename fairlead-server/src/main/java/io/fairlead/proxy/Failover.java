// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.Release;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Cause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.route.Route;
import io.fairlead.sip.SipResponse;
import io.fairlead.transaction.ServerTransaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to a pool: to one backend, and to the next while the pool's settings allow it; to all
 * at once when the pool balances by fanout. The time of a backend until its first answer is
 * try-timeout.
 *
 * <p>Owned by one loop.
 */
final class Failover extends ResponseContext {
  private final Route way;
  private final Pool pool;
  private final long key;
  private final @Nullable Backend only;
  private final @Nullable RoomChoice room;
  private final List<Backend> tried = new ArrayList<>(2);

  /**
   * @param only the one backend that can answer, which knows the user called; null for any
   * @param call the call it begins; null for other methods than INVITE
   */
  Failover(
      Proxy proxy,
      ServerTransaction upstream,
      Route route,
      Pool pool,
      @Nullable Backend only,
      CallRecord record,
      @Nullable Call call) {
    super(proxy, upstream, route, record, call, Cause.NO_HEALTHY_BACKEND);
    this.way = route;
    this.only = only;
    this.pool = pool;
    this.key = pool.hashKey().of(upstream.request(), upstream.flow());
    this.room =
        only != null ? null : RoomChoice.of(route, pool, upstream.request(), key, proxy.loop());
    record.pool(pool.name());
  }

  @Override
  void begin() {
    if (only != null) {
      if (!attempt(only)) {
        finish();
      }
      return;
    }
    if (pool.fanout()) {
      for (Backend backend : pool.available()) {
        attempt(backend);
      }
      if (attempts.isEmpty()) {
        finish();
      }
      return;
    }
    if (room != null) {
      toRoom(room);
      return;
    }
    Backend challenger = proxy.challenges().find(upstream.request());
    if (challenger != null && challenger.takesCalls() && pool.backends().contains(challenger)) {
      if (attempt(challenger)) {
        return;
      }
    }
    next();
  }

  // The next backend that can be sent to; the end when there is none or tries are used up.
  private void next() {
    if (room != null) {
      toRoom(room);
      return;
    }
    while (only == null && tried.size() < pool.failover().tries()) {
      Backend backend = choose();
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

  // As next(), for a request whose key says where it may go; it may have to wait.
  private void toRoom(RoomChoice choice) {
    while (true) {
      switch (choice.next(tried)) {
        case RoomChoice.Step.Go(Backend backend) -> {
          if (attempt(backend)) {
            return;
          }
          choice.failed(backend, RoomChoice.Failure.UNREACHABLE);
          if (lastCause == Cause.SIPS_NOT_ALLOWED) {
            finish();
            return;
          }
        }
        case RoomChoice.Step.Wait(long ns) -> {
          timerC = false;
          proxy.timers().schedule(this, ns);
          return;
        }
        case RoomChoice.Step.Refuse(Cause cause) -> {
          lastCause = cause == Cause.NONE ? lastCause : cause;
          finish();
          return;
        }
      }
    }
  }

  private void failed(@Nullable Backend backend, RoomChoice.Failure how) {
    if (room != null) {
      room.failed(backend, how);
    }
  }

  private @Nullable Backend choose() {
    return pool.pick(proxy.loopIndex(), key, tried);
  }

  // False when nothing could be sent.
  private boolean attempt(Backend backend) {
    tried.add(backend);
    record.tried(backend.name());
    Attempt attempt = new Attempt(this, backend, null, nowNs());
    attempts.add(attempt);
    if (call != null) {
      if (!pool.fanout()) {
        call.letGo();
      }
      call.holds(backend.occupy(proxy.loopIndex()));
      call.backend(backend.id());
      Release stay = room == null ? null : room.stay();
      if (stay != null) {
        call.holds(stay);
      }
    }
    if (!proxy.send(attempt, upstream.request(), upstream.flow(), way, backend)) {
      attempts.remove(attempt);
      boolean insecure = Sips.is(upstream.request()) && !backend.secure();
      lastCause = insecure ? Cause.SIPS_NOT_ALLOWED : Cause.TRANSPORT_FAILURE;
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

  @Override
  void onHeard(SipResponse response) {
    if (invite) {
      armTimerC(response);
    } else if (!pool.fanout()) {
      proxy.timers().cancel(this);
    }
  }

  @Override
  void won(Attempt attempt) {
    Backend winner = attempt.backend();
    if (winner == null) {
      return;
    }
    record.backend(winner.name());
    if (call != null && (pool.fanout() || call.backend() != winner.id())) {
      call.letGo();
      call.holds(winner.occupy(proxy.loopIndex()));
      call.backend(winner.id());
    }
    Release late = call == null || room == null ? null : room.won(winner);
    if (call != null && late != null) {
      call.holds(late);
    }
  }

  @Override
  void onFailure(Attempt attempt, SipResponse response) {
    int status = response.status();
    if (state == State.ANSWERED) {
      return;
    }
    Backend answerer = attempt.backend();
    if (answerer != null && (status == 401 || status == 407)) {
      proxy.challenges().remember(upstream.request(), answerer);
    }
    failed(answerer, status == 503 ? RoomChoice.Failure.BUSY : RoomChoice.Failure.ANSWERED);
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

  @Override
  void onTimeout(Attempt attempt) {
    failed(attempt.backend(), RoomChoice.Failure.SILENT);
    failed(Cause.TRY_TIMEOUT, pool.failover().onTimeout());
  }

  @Override
  void onTransportError(Attempt attempt, String why) {
    failed(attempt.backend(), RoomChoice.Failure.UNREACHABLE);
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

  @Override
  void onTimeUp() {
    if (room != null && room.waiting()) {
      toRoom(room);
      return;
    }
    if (!invite) {
      silentRequest();
      return;
    }
    for (Attempt attempt : attempts) {
      if (attempt.pending()) {
        failed(attempt.backend(), RoomChoice.Failure.SILENT);
      }
      attempt.abandon();
    }
    failed(Cause.TRY_TIMEOUT, true);
  }

  // Another request than INVITE is answered late by a slow but living backend; with no other to
  // try, waiting is better.
  private void silentRequest() {
    boolean last = only != null || tried.size() >= pool.failover().tries();
    if (state != State.TRYING || pool.fanout() || last) {
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
  String retryAfter() {
    return "Retry-After: " + pool.retryAfterSeconds() + "\r\n";
  }
}
