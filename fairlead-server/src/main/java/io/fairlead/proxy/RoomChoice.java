// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.loop.Loop;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.PickRequest;
import io.fairlead.pool.Pool;
import io.fairlead.pool.RoomDirectory;
import io.fairlead.pool.affinity.AffinityEligibility;
import io.fairlead.pool.affinity.AffinityEntry;
import io.fairlead.pool.affinity.AffinityHold;
import io.fairlead.pool.affinity.AffinityOutcome;
import io.fairlead.pool.affinity.AffinityTable;
import io.fairlead.pool.affinity.RendezvousHash;
import io.fairlead.route.AffinitySettings;
import io.fairlead.route.AffinitySettings.Mode;
import io.fairlead.route.AffinitySettings.OnFailure;
import io.fairlead.route.AffinitySettings.OnFull;
import io.fairlead.route.Route;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which backend a request with a key goes to: where the key lives, else where the route's affinity
 * opens it. What the backends tell counts more than this node's own calls, those more than the
 * hash.
 *
 * <p>A room that lives is never split by one failed try: its backend must be seen dead first. Where
 * nobody is answered yet, the key itself moves, so that all who come later follow.
 *
 * <p>Owned by one loop.
 */
final class RoomChoice {
  private static final Step KEEP = new Step.Refuse(RefusalCause.NONE);

  /** What to do next. Immutable. */
  sealed interface Step {
    /** Try this backend. */
    record Go(Backend backend) implements Step {}

    /** Ask again after so long. */
    record Wait(long ns) implements Step {}

    /** No more: for this cause, or with NONE for that of the last try. */
    record Refuse(RefusalCause cause) implements Step {}
  }

  /** How a try failed. */
  enum Failure {
    /** It has no room. */
    BUSY,
    /** It gave another answer after which the next one is tried. */
    ANSWERED,
    /** It did not answer in time. */
    SILENT,
    /** It could not be reached. */
    UNREACHABLE
  }

  /**
   * What it decides for. Immutable.
   *
   * @param call whether it takes part in the life of its key
   * @param demand what it asks of a backend
   */
  record Asked(
      Pool pool, AffinitySettings affinity, String key, boolean call, PickRequest demand) {}

  private final Pool pool;
  private final AffinitySettings affinity;
  private final String key;
  private final boolean call;
  private final long hash;
  private final Loop loop;
  private final KeyHold hold;
  private final AffinityCandidates candidates;
  private Map<Backend, Failure> failures = Map.of();
  private @Nullable RoomWaitDeadline wait;
  private boolean waiting;

  RoomChoice(Asked asked, Loop loop) {
    this.pool = asked.pool();
    this.affinity = asked.affinity();
    this.key = asked.key();
    this.call = asked.call();
    this.loop = loop;
    String scope = affinity.scope(pool.name());
    this.hash = RendezvousHash.key(scope, key);
    this.candidates = new AffinityCandidates(asked, hash, loop);
    AffinityTable table = pool.residences(scope);
    table.keep(affinity.linger().toNanos(), affinity.maxKeys());
    this.hold = new KeyHold(table, key, loop);
  }

  /**
   * For a request on a route; null when it has no key, so that it is balanced as usual.
   *
   * @param demand what the request asks of a backend
   */
  static @Nullable RoomChoice of(
      Route route, Pool pool, SipRequest request, PickRequest demand, Loop loop) {
    AffinitySettings affinity = route.affinity();
    String key = affinity == null ? null : affinity.key().of(request);
    if (affinity == null || key == null) {
      return null;
    }
    boolean call = request.method() == Method.INVITE;
    return new RoomChoice(new Asked(pool, affinity, key, call, demand), loop);
  }

  /** The call's part in the life of its key, to be held by the call; null when it has none. */
  @Nullable AffinityHold stay() {
    return hold.stay();
  }

  /** True while the request waits for another {@link #next}. */
  boolean waiting() {
    return waiting;
  }

  /** A try came to nothing. */
  void failed(@Nullable Backend backend, Failure how) {
    if (backend != null) {
      failures = failures.isEmpty() ? new HashMap<>(2) : failures;
      failures.put(backend, how);
    }
  }

  /** The call was answered there; a part in the key's life that it takes so late, or null. */
  @Nullable AffinityHold won(Backend winner) {
    return call ? hold.won(winner) : null;
  }

  /**
   * What to do next.
   *
   * @param tried the backends that had this request; one that is worth another try leaves it
   */
  Step next(List<Backend> tried) {
    waiting = false;
    if (!call) {
      return follow(tried);
    }
    hold.giveUp();
    // Null says that another loop was quicker: it has moved on, so this ends.
    Step step = decide(tried);
    while (step == null) {
      step = decide(tried);
    }
    return step;
  }

  // ---- a request that only follows ----

  private Step follow(List<Backend> tried) {
    if (spent(tried)) {
      return KEEP;
    }
    AffinityEntry here = hold.residence();
    RoomDirectory.Room told = told(here);
    Backend home = candidates.alive(told == null ? null : told.backend());
    home = home == null && here != null ? candidates.alive(here.backend()) : home;
    if (home == null || tried.contains(home)) {
      home =
          affinity.mode() == Mode.STICKY || !tried.isEmpty()
              ? null
              : candidates.byHash(tried, null);
    }
    home = home == null ? candidates.balanced(tried, null) : home;
    return home == null ? nobody(tried) : new Step.Go(home);
  }

  // ---- a call ----

  private @Nullable Step decide(List<Backend> tried) {
    AffinityEntry here = hold.residence();
    RoomDirectory.Room told = told(here);
    if (told != null
        && told.vague()
        && here != null
        && here.live() > 0
        && candidates.alive(here.backend()) != null) {
      // A queue that is merely configured there, or a room of a time before a death, is no news.
      told = null;
    }
    if (told != null && candidates.alive(told.backend()) != null) {
      return atHome(told.backend(), here, true, tried);
    }
    if (here != null && here.live() > 0) {
      return candidates.alive(here.backend()) == null
          ? homeDied(here, told, tried)
          : atHome(here.backend(), here, false, tried);
    }
    if (told != null) {
      return homeDied(here, told, tried);
    }
    // By hash the other nodes would open it elsewhere, so only sticky remembers.
    if (here != null
        && affinity.mode() == Mode.STICKY
        && candidates.standing(here.backend()) == AffinityEligibility.OPEN
        && !here.doubted()
        && !tried.contains(here.backend())) {
      return join(here.backend(), here, tried);
    }
    boolean failed = here != null && (here.doubted() || tried.contains(here.backend()));
    if (here != null
        && failures.get(here.backend()) == Failure.BUSY
        && affinity.mode() == Mode.RENDEZVOUS
        && affinity.onFull() != OnFull.SPILL) {
      return full(here.backend(), tried);
    }
    return open(here, null, tried, failed ? AffinityOutcome.REHOMED : AffinityOutcome.NEW);
  }

  // What the backends say; null too when the key has left since, for that one was dead. The same
  // told anew is news, however equal.
  @SuppressWarnings("ReferenceEquality")
  private RoomDirectory.@Nullable Room told(@Nullable AffinityEntry here) {
    if (affinity.mode() != Mode.DISCOVERED) {
      return null;
    }
    RoomDirectory.Room room = pool.rooms().find(key, hash);
    return room != null && here != null && here.hasPassed(room) ? null : room;
  }

  private @Nullable Step atHome(
      Backend home, @Nullable AffinityEntry here, boolean told, List<Backend> tried) {
    boolean unsure = here != null && here.doubted() && here.answered() == 0 && !told;
    if (tried.contains(home)) {
      return again(home, here, told, tried);
    }
    if (unsure) {
      return await(roomWait().forNews(false), RefusalCause.TRY_TIMEOUT);
    }
    return candidates.standing(home) == AffinityEligibility.FULL
        ? full(home, tried)
        : join(home, here, tried);
  }

  // Its home has failed this call, but others hold the key or are members there.
  private @Nullable Step again(
      Backend home, @Nullable AffinityEntry here, boolean told, List<Backend> tried) {
    return switch (failures.getOrDefault(home, Failure.ANSWERED)) {
      case BUSY -> full(home, tried);
      case ANSWERED -> KEEP;
      case SILENT, UNREACHABLE -> lost(home, here, told, tried);
    };
  }

  private @Nullable Step lost(
      Backend home, @Nullable AffinityEntry here, boolean told, List<Backend> tried) {
    if (!pool.backends().contains(home)) {
      // It has left the configuration: nobody checks it any more.
      return homeDied(here, null, tried);
    }
    if (here != null && here.answered() == 0 && !told) {
      here.doubt();
    }
    boolean silent = failures.get(home) == Failure.SILENT;
    return await(
        roomWait().forNews(!silent),
        silent ? RefusalCause.TRY_TIMEOUT : RefusalCause.TRANSPORT_FAILURE);
  }

  private @Nullable Step join(Backend home, @Nullable AffinityEntry here, List<Backend> tried) {
    if (spent(tried)) {
      return KEEP;
    }
    if (here == null || here.backend() != home) {
      return go(home, here, null, AffinityOutcome.HOME);
    }
    return hold.join(here) ? new Step.Go(home) : null;
  }

  private @Nullable Step homeDied(
      @Nullable AffinityEntry here, RoomDirectory.@Nullable Room told, List<Backend> tried) {
    return affinity.onFailure() == OnFailure.REJECT
        ? refuse(RefusalCause.ROOM_DOWN)
        : open(here, told, tried, AffinityOutcome.REHOMED);
  }

  // The key gets a backend; the residence, if any, is left.
  private @Nullable Step open(
      @Nullable AffinityEntry here,
      RoomDirectory.@Nullable Room told,
      List<Backend> tried,
      AffinityOutcome how) {
    if (spent(tried)) {
      return KEEP;
    }
    Backend left = here != null && here.doubted() ? here.backend() : null;
    Backend to =
        affinity.mode() == Mode.STICKY
            ? candidates.balanced(tried, left)
            : candidates.byHash(tried, left);
    if (to == null) {
      return nobody(tried);
    }
    if (affinity.mode() != Mode.RENDEZVOUS || candidates.standing(to) != AffinityEligibility.FULL) {
      return go(to, here, told, how);
    }
    // The other nodes may have it there, so it counts as the home that is full.
    if (affinity.onFull() != OnFull.SPILL) {
      return full(to, tried);
    }
    Backend other = candidates.beside(to, tried);
    return other == null ? nobody(tried) : go(other, here, told, AffinityOutcome.SPILLED);
  }

  private Step full(Backend home, List<Backend> tried) {
    return switch (affinity.onFull()) {
      case SPILL -> spill(home, tried);
      case REJECT -> refuse(RefusalCause.ROOM_FULL);
      case QUEUE -> {
        tried.remove(home);
        yield await(
            roomWait().forPlace(failures.get(home) == Failure.BUSY), RefusalCause.ROOM_FULL);
      }
    };
  }

  private Step spill(Backend home, List<Backend> tried) {
    if (spent(tried)) {
      return KEEP;
    }
    Backend next = candidates.beside(home, tried);
    if (next == null) {
      return nobody(tried);
    }
    hold.count(AffinityOutcome.SPILLED);
    return new Step.Go(next);
  }

  private RoomWaitDeadline roomWait() {
    RoomWaitDeadline begun = wait;
    if (begun == null) {
      begun = new RoomWaitDeadline(affinity, pool.failover().tryTimeout(), loop);
      wait = begun;
    }
    return begun;
  }

  private Step await(long pauseNs, RefusalCause otherwise) {
    if (pauseNs == RoomWaitDeadline.OVER) {
      return refuse(otherwise);
    }
    waiting = true;
    return new Step.Wait(pauseNs);
  }

  private Step refuse(RefusalCause cause) {
    hold.count(AffinityOutcome.REFUSED);
    return new Step.Refuse(cause);
  }

  private Step nobody(List<Backend> tried) {
    hold.count(AffinityOutcome.REFUSED);
    return tried.isEmpty() ? new Step.Refuse(candidates.nobody()) : KEEP;
  }

  private boolean spent(List<Backend> tried) {
    return tried.size() >= pool.failover().tries();
  }

  // Null when the key is elsewhere by now.
  private @Nullable Step go(
      Backend to,
      @Nullable AffinityEntry from,
      RoomDirectory.@Nullable Room passed,
      AffinityOutcome how) {
    return hold.take(to, from, passed, how) ? new Step.Go(to) : null;
  }
}
