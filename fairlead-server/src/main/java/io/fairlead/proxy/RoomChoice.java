// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.loop.Loop;
import io.fairlead.observe.Cause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Demand;
import io.fairlead.pool.Pool;
import io.fairlead.pool.Rooms;
import io.fairlead.pool.affinity.Joining;
import io.fairlead.pool.affinity.Rendezvous;
import io.fairlead.pool.affinity.Residence;
import io.fairlead.pool.affinity.Residences;
import io.fairlead.pool.affinity.Standing;
import io.fairlead.pool.affinity.Stay;
import io.fairlead.route.AffinitySettings;
import io.fairlead.route.AffinitySettings.Mode;
import io.fairlead.route.AffinitySettings.OnFailure;
import io.fairlead.route.AffinitySettings.OnFull;
import io.fairlead.route.Route;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final long TICK_NS = Duration.ofMillis(250).toNanos();
  // What a refused connection means is decided on another loop, a moment later.
  private static final long SOON_NS = Duration.ofMillis(10).toNanos();
  private static final long BEYOND_NS = Duration.ofSeconds(1).toNanos();
  // What has refused this call is not asked by it four times a second.
  private static final long REFUSED_NS = Duration.ofSeconds(2).toNanos();
  private static final Step KEEP = new Step.Refuse(Cause.NONE);

  /** What to do next. Immutable. */
  sealed interface Step {
    /** Try this backend. */
    record Go(Backend backend) implements Step {}

    /** Ask again after so long. */
    record Wait(long ns) implements Step {}

    /** No more: for this cause, or with NONE for that of the last try. */
    record Refuse(Cause cause) implements Step {}
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
  record Asked(Pool pool, AffinitySettings affinity, String key, boolean call, Demand demand) {}

  private final Pool pool;
  private final AffinitySettings affinity;
  private final String key;
  private final boolean call;
  private final Demand demand;
  private final long hash;
  private final Loop loop;
  private final Residences table;
  private Map<Backend, Failure> failures = Map.of();
  private @Nullable Stay stay;
  private long deadlineNs;
  private boolean waiting;

  RoomChoice(Asked asked, Loop loop) {
    this.pool = asked.pool();
    this.affinity = asked.affinity();
    this.key = asked.key();
    this.call = asked.call();
    this.demand = asked.demand();
    this.loop = loop;
    String scope = affinity.scope(pool.name());
    this.hash = Rendezvous.key(scope, key);
    this.table = pool.residences(scope);
    table.keep(affinity.linger().toNanos(), affinity.maxKeys());
  }

  /**
   * For a request on a route; null when it has no key, so that it is balanced as usual.
   *
   * @param demand what the request asks of a backend
   */
  static @Nullable RoomChoice of(
      Route route, Pool pool, SipRequest request, Demand demand, Loop loop) {
    AffinitySettings affinity = route.affinity();
    String key = affinity == null ? null : affinity.key().of(request);
    if (affinity == null || key == null) {
      return null;
    }
    boolean call = request.method() == Method.INVITE;
    return new RoomChoice(new Asked(pool, affinity, key, call, demand), loop);
  }

  /** The call's part in the life of its key, to be held by the call; null when it has none. */
  @Nullable Stay stay() {
    return stay;
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
  @Nullable Stay won(Backend winner) {
    Stay held = stay;
    if (held != null && held.backend() == winner) {
      held.answered();
      return null;
    }
    // One given up for silence answered after all.
    Residence here = call ? table.find(key, loop.nowNs()) : null;
    Stay late = here != null && here.backend() == winner ? table.join(here, loop) : null;
    if (late != null) {
      late.answered();
      stay = late;
    }
    return late;
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
    if (stay != null) {
      stay.release();
      stay = null;
    }
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
    Residence here = table.find(key, loop.nowNs());
    Rooms.Room told = told(here);
    Backend home = alive(told == null ? null : told.backend());
    home = home == null && here != null ? alive(here.backend()) : home;
    if (home == null || tried.contains(home)) {
      home = affinity.mode() == Mode.STICKY || !tried.isEmpty() ? null : byHash(tried, null);
    }
    home = home == null ? balanced(tried) : home;
    return home == null ? nobody(tried) : new Step.Go(home);
  }

  private @Nullable Backend alive(@Nullable Backend backend) {
    return backend == null || standing(backend) == Standing.DEAD ? null : backend;
  }

  // ---- a call ----

  private @Nullable Step decide(List<Backend> tried) {
    Residence here = table.find(key, loop.nowNs());
    Rooms.Room told = told(here);
    if (told != null
        && told.vague()
        && here != null
        && here.live() > 0
        && alive(here.backend()) != null) {
      // A queue that is merely configured there, or a room of a time before a death, is no news.
      told = null;
    }
    if (told != null && alive(told.backend()) != null) {
      return atHome(told.backend(), here, true, tried);
    }
    if (here != null && here.live() > 0) {
      return alive(here.backend()) == null
          ? homeDied(here, told, tried)
          : atHome(here.backend(), here, false, tried);
    }
    if (told != null) {
      return homeDied(here, told, tried);
    }
    // By hash the other nodes would open it elsewhere, so only sticky remembers.
    if (here != null
        && affinity.mode() == Mode.STICKY
        && standing(here.backend()) == Standing.OPEN
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
    return open(here, null, tried, failed ? Joining.REHOMED : Joining.NEW);
  }

  // What the backends say; null too when the key has left since, for that one was dead. The same
  // told anew is news, however equal.
  @SuppressWarnings("ReferenceEquality")
  private Rooms.@Nullable Room told(@Nullable Residence here) {
    if (affinity.mode() != Mode.DISCOVERED) {
      return null;
    }
    Rooms.Room room = pool.rooms().find(key, hash);
    return room != null && here != null && here.hasPassed(room) ? null : room;
  }

  private @Nullable Step atHome(
      Backend home, @Nullable Residence here, boolean told, List<Backend> tried) {
    boolean unsure = here != null && here.doubted() && here.answered() == 0 && !told;
    if (tried.contains(home)) {
      return again(home, here, told, tried);
    }
    if (unsure) {
      return doubt(Cause.TRY_TIMEOUT, TICK_NS);
    }
    return standing(home) == Standing.FULL ? full(home, tried) : join(home, here, tried);
  }

  // Its home has failed this call, but others hold the key or are members there.
  private @Nullable Step again(
      Backend home, @Nullable Residence here, boolean told, List<Backend> tried) {
    return switch (failures.getOrDefault(home, Failure.ANSWERED)) {
      case BUSY -> full(home, tried);
      case ANSWERED -> KEEP;
      case SILENT, UNREACHABLE -> lost(home, here, told, tried);
    };
  }

  private @Nullable Step lost(
      Backend home, @Nullable Residence here, boolean told, List<Backend> tried) {
    if (!pool.backends().contains(home)) {
      // It has left the configuration: nobody checks it any more.
      return homeDied(here, null, tried);
    }
    if (here != null && here.answered() == 0 && !told) {
      here.doubt();
    }
    return failures.get(home) == Failure.SILENT
        ? doubt(Cause.TRY_TIMEOUT, TICK_NS)
        : doubt(Cause.TRANSPORT_FAILURE, deadlineNs == 0 ? SOON_NS : TICK_NS);
  }

  private @Nullable Step join(Backend home, @Nullable Residence here, List<Backend> tried) {
    if (spent(tried)) {
      return KEEP;
    }
    if (here == null) {
      return go(home, null, null, Joining.HOME);
    }
    if (here.backend() != home) {
      return go(home, here, null, Joining.HOME);
    }
    Stay joined = table.join(here, loop);
    return joined == null ? null : go(joined, Joining.HOME);
  }

  private @Nullable Step homeDied(
      @Nullable Residence here, Rooms.@Nullable Room told, List<Backend> tried) {
    return affinity.onFailure() == OnFailure.REJECT
        ? refuse(Cause.ROOM_DOWN)
        : open(here, told, tried, Joining.REHOMED);
  }

  // The key gets a backend; the residence, if any, is left.
  private @Nullable Step open(
      @Nullable Residence here, Rooms.@Nullable Room told, List<Backend> tried, Joining how) {
    if (spent(tried)) {
      return KEEP;
    }
    Backend left = here != null && here.doubted() ? here.backend() : null;
    Backend to = affinity.mode() == Mode.STICKY ? balanced(with(tried, left)) : byHash(tried, left);
    if (to == null) {
      return nobody(tried);
    }
    if (affinity.mode() != Mode.RENDEZVOUS || standing(to) != Standing.FULL) {
      return go(to, here, told, how);
    }
    // The other nodes may have it there, so it counts as the home that is full.
    if (affinity.onFull() != OnFull.SPILL) {
      return full(to, tried);
    }
    Backend other = beside(to, tried);
    return other == null ? nobody(tried) : go(other, here, told, Joining.SPILLED);
  }

  private @Nullable Backend balanced(List<Backend> excluded) {
    Demand asked = new Demand(demand.key(), excluded, demand.resource(), demand.call());
    return pool.pick(loop.index(), asked, loop.nowNs());
  }

  // One that lacks what the request asks of its resources is none, one that has none left is full.
  private Standing standing(Backend backend) {
    Standing its = Standing.of(backend);
    if (its == Standing.DEAD || backend.meets(demand)) {
      return its;
    }
    return backend.hasAny(demand) ? Standing.FULL : Standing.DEAD;
  }

  private static List<Backend> with(List<Backend> tried, @Nullable Backend more) {
    if (more == null || tried.contains(more)) {
      return tried;
    }
    List<Backend> all = new ArrayList<>(tried);
    all.add(more);
    return all;
  }

  // In rendezvous all nodes must agree, so a backend that is full for a moment keeps its keys, and
  // all the more one that is only held to be.
  private @Nullable Backend byHash(List<Backend> tried, @Nullable Backend left) {
    boolean agreed = affinity.mode() == Mode.RENDEZVOUS;
    Backend found =
        pool.homeByHash(
            loop.index(),
            hash,
            each -> {
              Standing its = standing(each);
              boolean keeps = agreed && (its == Standing.FULL || its == Standing.REFUSING);
              boolean may = its == Standing.OPEN || keeps;
              return may && each != left && !tried.contains(each);
            });
    if (found == null && pool.panicking()) {
      found = pool.pickByHash(loop.index(), hash, with(tried, left));
    }
    return found == null ? onTrial(left) : found;
  }

  // Nobody else is left: one that is out only for what it answered to calls.
  private @Nullable Backend onTrial(@Nullable Backend not) {
    return pool.homeByHash(loop.index(), hash, each -> each != not && pool.onTrial(each, demand));
  }

  private Step full(Backend home, List<Backend> tried) {
    return switch (affinity.onFull()) {
      case SPILL -> spill(home, tried);
      case REJECT -> refuse(Cause.ROOM_FULL);
      case QUEUE -> {
        tried.remove(home);
        long pauseNs = failures.get(home) == Failure.BUSY ? REFUSED_NS : TICK_NS;
        yield await(affinity.queueTime().toNanos(), pauseNs, Cause.ROOM_FULL);
      }
    };
  }

  private Step spill(Backend home, List<Backend> tried) {
    if (spent(tried)) {
      return KEEP;
    }
    Backend next = beside(home, tried);
    if (next == null) {
      return nobody(tried);
    }
    table.count(Joining.SPILLED);
    return new Step.Go(next);
  }

  private @Nullable Backend beside(Backend home, List<Backend> tried) {
    Backend open =
        pool.homeByHash(
            loop.index(),
            hash,
            each -> each != home && !tried.contains(each) && standing(each) == Standing.OPEN);
    return open == null ? onTrial(home) : open;
  }

  // Whether its home is dead shows soon; until then the call may neither go there nor elsewhere.
  private Step doubt(Cause cause, long pauseNs) {
    long longest =
        affinity.onFull() == OnFull.QUEUE
            ? affinity.queueTime().toNanos()
            : pool.failover().tryTimeout().toNanos() + BEYOND_NS;
    return await(longest, pauseNs, cause);
  }

  private Step await(long longestNs, long pauseNs, Cause cause) {
    long nowNs = loop.nowNs();
    deadlineNs = deadlineNs == 0 ? nowNs + longestNs : deadlineNs;
    if (nowNs >= deadlineNs) {
      return refuse(cause);
    }
    waiting = true;
    return new Step.Wait(Math.min(pauseNs, deadlineNs - nowNs));
  }

  private Step refuse(Cause cause) {
    table.count(Joining.REFUSED);
    return new Step.Refuse(cause);
  }

  private Step nobody(List<Backend> tried) {
    table.count(Joining.REFUSED);
    return tried.isEmpty() ? new Step.Refuse(pool.nobody(demand)) : KEEP;
  }

  private boolean spent(List<Backend> tried) {
    return tried.size() >= pool.failover().tries();
  }

  // Null when the key is elsewhere by now.
  private @Nullable Step go(
      Backend to, @Nullable Residence from, Rooms.@Nullable Room passed, Joining how) {
    if (from == null && table.full(loop.nowNs())) {
      table.count(Joining.UNKEPT);
      return new Step.Go(to);
    }
    Stay taken =
        from == null ? table.open(key, to, passed, loop) : table.move(from, to, passed, loop);
    return taken == null ? null : go(taken, how);
  }

  private Step go(Stay taken, Joining how) {
    stay = taken;
    table.count(how);
    return new Step.Go(taken.backend());
  }
}
