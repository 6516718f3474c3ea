// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dialog.CallResource;
import io.fairlead.guard.limit.CallLimits;
import io.fairlead.guard.limit.Limit;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.PickRequest;
import io.fairlead.pool.Pool;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.route.Route;
import io.fairlead.sip.SipResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to a pool: to one backend, and to the next while the pool's settings allow it; to all
 * at once when the pool balances by fanout. The time of a backend until its first answer is
 * try-timeout. Where max-cps leaves no place now, the call waits for its turn first. One that has
 * an owner goes there, and when that is no way to the devices of the user called.
 *
 * <p>Owned by one loop.
 */
final class Failover extends ResponseContext {
  private static final CallResource UNCOUNTED = () -> {};

  private final FailoverDependencies ways;
  private final InitialRequest asked;
  private final Route way;
  private final Pool pool;
  private final @Nullable AuthoritativeBackend owner;
  private final @Nullable RoomChoice room;
  private final List<Backend> tried = new ArrayList<>(2);
  private final PickRequest demand;
  // Where a place under max-cps is reserved for later; nothing is on its way meanwhile.
  private @Nullable Backend reserved;
  private @Nullable BestResponse passedOver;
  // Backends that a limit of the guard kept it from.
  private int overLimit;

  /**
   * @param call the call it begins; null for other methods than INVITE
   */
  Failover(
      FailoverDependencies ways, InitialRequest asked, ChosenWay.ToPool to, @Nullable Call call) {
    super(ways.tools(), asked, to.route(), call, RefusalCause.NO_HEALTHY_BACKEND);
    this.ways = ways;
    this.asked = asked;
    this.way = to.route();
    this.owner = to.owner();
    this.pool = to.pool();
    long key = pool.hashKey().of(upstream.request(), upstream.flow());
    this.demand = new PickRequest(key, tried, way.resource(), invite);
    this.room =
        owner != null ? null : RoomChoice.of(way, pool, upstream.request(), demand, tools.loop());
    record.pool(pool.name());
  }

  @Override
  void begin() {
    if (owner != null) {
      if (!offer(owner.backend())) {
        next();
      }
      return;
    }
    if (pool.fanout()) {
      toAll();
      return;
    }
    if (room != null) {
      toRoom(room, null);
      return;
    }
    Backend challenger = ways.challenges().find(upstream.request());
    if (challenger != null && pool.fits(challenger, demand) && offer(challenger)) {
      return;
    }
    next();
  }

  private void toAll() {
    for (Backend backend : pool.available(demand)) {
      if (isAnswered()) {
        return;
      }
      if (!invite || pool.reserveNow(backend, nowNs())) {
        attempt(backend);
      }
    }
    if (attempts.isEmpty()) {
      if (tried.isEmpty()) {
        lastCause = pool.nobody(demand);
      }
      finish();
    }
  }

  // The next backend that can be sent to; the end when there is none or tries are used up.
  private void next() {
    if (owner != null) {
      toDevices(owner);
      return;
    }
    if (room != null) {
      toRoom(room, null);
      return;
    }
    while (tried.size() - overLimit < pool.failover().tries()) {
      Backend backend = choose();
      if (backend == null) {
        if (tried.isEmpty()) {
          lastCause = pool.nobody(demand);
        }
        break;
      }
      if (offer(backend)) {
        return;
      }
    }
    finish();
  }

  // The backend that has the user is no way to the user: the devices are asked, as they are while
  // it is down. What it decided itself is the answer.
  private void toDevices(AuthoritativeBackend known) {
    SipResponse said = best.response();
    boolean decided = passedOver != null || said != null && !ResponseVerdict.of(said, null).busy();
    if (!known.direct() || state != State.TRYING || decided) {
      finish();
      return;
    }
    if (call != null) {
      call.letGo();
      call.backend(0);
    }
    goOnAs(Fork.toUser(ways.devices(), asked, call, known.devices()));
  }

  // As next(), for a request whose key says where it may go; it may have to wait. A turn is a
  // place under max-cps that it has waited for.
  private void toRoom(RoomChoice choice, @Nullable Backend turn) {
    while (true) {
      switch (choice.next(tried)) {
        case RoomChoice.Step.Go(Backend backend) -> {
          if (backend == turn ? attempt(backend) : offer(backend)) {
            return;
          }
          boolean full =
              switch (lastCause) {
                case OVERFLOW, LIMIT, BACKENDS_OVERLOADED -> true;
                default -> false;
              };
          choice.failed(backend, full ? RoomChoice.Failure.BUSY : RoomChoice.Failure.UNREACHABLE);
          if (lastCause == RefusalCause.SIPS_NOT_ALLOWED) {
            finish();
            return;
          }
        }
        case RoomChoice.Step.Wait(long ns) -> {
          allow(ns);
          return;
        }
        case RoomChoice.Step.Refuse(RefusalCause cause) -> {
          lastCause = cause == RefusalCause.NONE ? lastCause : cause;
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
    return pool.pick(tools.loop().index(), demand, nowNs());
  }

  // To a backend, now or when its max-cps has a place. False when nothing could be sent.
  private boolean offer(Backend backend) {
    if (keepsBack(backend)) {
      tried.add(backend);
      lastCause = RefusalCause.BACKENDS_OVERLOADED;
      return false;
    }
    long waitNs = invite ? pool.reserve(backend, nowNs()) : 0;
    if (waitNs == 0) {
      return attempt(backend);
    }
    if (waitNs < 0) {
      tried.add(backend);
      lastCause = pool.overflow();
      return false;
    }
    if (call != null) {
      call.letGo();
      holdStay(call);
    }
    reserved = backend;
    allow(waitNs);
    return true;
  }

  // An overloaded backend has asked for fewer calls; not for those that nobody else can take.
  private boolean keepsBack(Backend backend) {
    return invite
        && owner == null
        && !backend.overload().admits(nowNs())
        && !ways.shedding().isEmergency(upstream.request());
  }

  // The time of a reserved place has come.
  private void onTurn(Backend backend) {
    reserved = null;
    if (room != null) {
      toRoom(room, backend);
    } else if (owner == null && !pool.mayAsk(backend, demand) || !attempt(backend)) {
      next();
    }
  }

  // False when nothing could be sent.
  private boolean attempt(Backend backend) {
    tried.add(backend);
    if (!take(backend)) {
      return false;
    }
    record.tried(backend.name());
    ProxyBranch attempt = new ProxyBranch(this, backend, null, nowNs());
    attempts.add(attempt);
    if (!pool.fanout()) {
      disarm();
    }
    if (!ways.sender().send(attempt, way, backend)) {
      attempts.remove(attempt);
      attempt.giveBack();
      boolean insecure = SipsRules.is(upstream.request()) && !backend.secure();
      lastCause = insecure ? RefusalCause.SIPS_NOT_ALLOWED : RefusalCause.TRANSPORT_FAILURE;
      return false;
    }
    return true;
  }

  @Override
  void onSent() {
    if (pool.failover().onTimeout()) {
      allow(pool.failover().tryTimeout().toNanos());
    } else {
      unlimited();
    }
  }

  // The call takes its place at the backend; false when another has just taken the last of the
  // resource.
  private boolean take(Backend backend) {
    if (call == null) {
      return true;
    }
    if (!pool.fanout()) {
      call.letGo();
    }
    CallResource counted = underLimits(backend);
    if (counted == null) {
      // Not asked: another may have this try.
      overLimit++;
      lastCause = RefusalCause.LIMIT;
      return false;
    }
    call.holds(counted);
    String resource = demand.resource();
    CallResource portion = resource == null ? null : backend.resources().take(resource);
    if (resource != null && portion == null) {
      if (!pool.fanout()) {
        call.letGo();
      }
      lastCause = pool.overflow();
      return false;
    }
    if (portion != null) {
      call.holds(portion);
    }
    call.holds(backend.occupy(tools.loop().index(), call, nowNs()));
    has(call, backend);
    holdStay(call);
    return true;
  }

  // What the guard's limits by gateway count there; null when one refuses.
  private @Nullable CallResource underLimits(Backend backend) {
    CallLimits limits = asked.limits();
    if (limits == null) {
      return UNCOUNTED;
    }
    return limits.atBackend(upstream.request(), way.name(), pool.name(), backend.name());
  }

  private static void has(Call call, Backend backend) {
    call.backend(backend.id());
    call.at(backend.address());
  }

  private void holdStay(Call holder) {
    CallResource stay = room == null ? null : room.stay();
    if (stay != null) {
      holder.holds(stay);
    }
  }

  @Override
  void onHeard(SipResponse response) {
    if (invite) {
      armTimerC(response);
    } else if (!pool.fanout()) {
      disarm();
    }
  }

  @Override
  void won(ProxyBranch attempt) {
    Backend winner = attempt.backend();
    if (winner == null) {
      return;
    }
    record.backend(winner.name());
    if (call != null && (pool.fanout() || call.backend() != winner.id())) {
      call.letGo();
      if (asked.limits() != null) {
        call.holds(asked.limits().againAt(winner.name()));
      }
      String resource = demand.resource();
      if (resource != null) {
        call.holds(winner.resources().use(resource));
      }
      call.holds(winner.occupy(tools.loop().index(), call, nowNs()));
      has(call, winner);
    }
    CallResource late = call == null || room == null ? null : room.won(winner);
    if (call != null && late != null) {
      call.holds(late);
    }
  }

  @Override
  void onFailure(ProxyBranch attempt, SipResponse response) {
    int status = response.status();
    if (isAnswered()) {
      return;
    }
    Backend answerer = attempt.backend();
    if (answerer != null && (status == 401 || status == 407)) {
      ways.challenges().remember(upstream.request(), answerer);
    }
    ResponseVerdict said = attempt.last();
    boolean busy = said != null && said.busy();
    failed(answerer, busy ? RoomChoice.Failure.BUSY : RoomChoice.Failure.ANSWERED);
    boolean elsewhere = pool.failover().onFailure(response) || doubtful(attempt);
    if (state == State.TRYING && !pool.fanout() && elsewhere) {
      (status >= 500 && status < 600 ? best : passedOver()).consider(response);
      lastCause = RefusalCause.NONE;
      next();
      return;
    }
    best.consider(response);
    if (status >= 600) {
      declined(attempt, status);
    }
    if (!attempts.anyPending()) {
      finish();
    } else if (invite && pool.fanout() && pool.failover().onTimeout()) {
      holdUp(pool.failover().tryTimeout().toNanos());
    }
  }

  // The answer of a destination, but the second one of this backend with nothing good in between:
  // one that fails all calls at once would look idle and draw them all.
  private boolean doubtful(ProxyBranch attempt) {
    Backend backend = attempt.backend();
    return backend != null
        && attempt.last() == ResponseVerdict.FAILED
        && room == null
        && owner == null
        && tried.size() == 1
        && pool.failover().onDoubt()
        && backend.outcomes().failsAgain(blame.destination());
  }

  // What one gateway said of the user is doubted once the next is asked: it is the answer only when
  // no other has a better one.
  private BestResponse passedOver() {
    BestResponse kept = passedOver;
    if (kept == null) {
      kept = new BestResponse();
      passedOver = kept;
    }
    return kept;
  }

  @Override
  void onConcluding() {
    SipResponse known = best.response();
    SipResponse doubted = passedOver == null ? null : passedOver.response();
    if (doubted != null && (known == null || known.status() >= 500 && known.status() < 600)) {
      best.consider(doubted);
      lastCause = state == State.TRYING ? RefusalCause.NONE : lastCause;
    }
  }

  @Override
  void onTimeout(ProxyBranch attempt) {
    failed(attempt.backend(), RoomChoice.Failure.SILENT);
    failed(RefusalCause.TRY_TIMEOUT, pool.failover().onTimeout());
  }

  @Override
  void onTransportError(ProxyBranch attempt, String why) {
    failed(attempt.backend(), RoomChoice.Failure.UNREACHABLE);
    failed(RefusalCause.TRANSPORT_FAILURE, pool.failover().onTransport());
  }

  private void failed(RefusalCause cause, boolean tryNext) {
    if (isAnswered()) {
      return;
    }
    if (state == State.TRYING) {
      lastCause = cause;
    }
    if (state == State.TRYING && tryNext && !pool.fanout()) {
      next();
    } else if (!attempts.anyPending()) {
      finish();
    }
  }

  @Override
  boolean forks() {
    return pool.fanout();
  }

  @Override
  void onTimeUp() {
    Backend turn = reserved;
    if (turn != null) {
      onTurn(turn);
    } else if (room != null && room.waiting()) {
      toRoom(room, null);
    } else {
      onSilence();
    }
  }

  private void onSilence() {
    if (!invite) {
      silentRequest();
      return;
    }
    for (ProxyBranch attempt : attempts) {
      if (attempt.pending()) {
        failed(attempt.backend(), RoomChoice.Failure.SILENT);
      }
      attempt.abandon();
    }
    failed(RefusalCause.TRY_TIMEOUT, true);
  }

  // Another request than INVITE is answered late by a slow but living backend; with no other to
  // try, waiting is better.
  private void silentRequest() {
    boolean last = owner != null || tried.size() >= pool.failover().tries();
    if (state != State.TRYING || pool.fanout() || last) {
      return;
    }
    Backend other = choose();
    if (other != null) {
      attempts.last().abandon();
      if (!attempt(other)) {
        next();
      }
    }
  }

  @Override
  @Nullable Limit limit() {
    CallLimits limits = asked.limits();
    return limits == null ? null : limits.refusing();
  }

  @Override
  String retryAfter() {
    return "Retry-After: " + pool.retryAfterSeconds() + "\r\n";
  }
}
