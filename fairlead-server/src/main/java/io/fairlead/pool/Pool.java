// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.esl.EslConnector;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.affinity.AffinityTable;
import io.fairlead.pool.balance.Balancers;
import io.fairlead.transport.Flow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A farm as it is now. Any loop picks from it, with its own index; health is decided on one loop,
 * the home, and reaches the others as an immutable {@link PickOrder} that is swapped. Shared: see
 * docs/ownership.md.
 */
public final class Pool {
  private final String name;
  private final PoolSettings settings;
  private final Surroundings around;
  private final PoolReloadState roster;
  private final List<Backend> backends;
  private final List<Backend> toldCallers;
  private final List<PriorityTier> tiers;
  private final TierBalancers[] desks;
  private final HashKey hashKey;
  private final FailureConsequences charges;
  private final List<ResolvedBackend> members;
  private final RoomDirectory rooms;
  private final long queueNs;
  private final PoolRefusal refusal;
  private final PoolSupervisor supervisor;
  private volatile PickOrder line;

  /**
   * What pools are built on. Immutable.
   *
   * @param loops how many loops pick
   * @param home where health is decided
   * @param meters what is counted
   * @param observer who hears of changes
   * @param random where balancers and jitter have their randomness from
   * @param book finds the servers of host names
   * @param esl opens event sockets
   */
  record Surroundings(
      int loops,
      Loop home,
      Meters meters,
      PoolObserver observer,
      SplittableRandom random,
      BackendNameRefresh book,
      EslConnector esl) {}

  Pool(
      String name,
      PoolSettings settings,
      Map<ResolvedBackend, Backend> backends,
      PoolReloadState roster,
      Surroundings around) {
    this.name = name;
    this.members = List.copyOf(backends.keySet());
    this.settings = settings;
    this.around = around;
    this.roster = roster;
    this.backends = List.copyOf(backends.values());
    this.backends.forEach(each -> each.tellCallers(settings.tellsCallers(each.settings())));
    this.backends.forEach(each -> each.overload().listens(settings.overloadControl()));
    this.toldCallers = this.backends.stream().filter(Backend::toldCallers).toList();
    SplittableRandom random = around.random().split();
    this.tiers = PriorityTier.of(this.backends, roster.ids());
    this.desks = new TierBalancers[around.loops()];
    for (int i = 0; i < desks.length; i++) {
      desks[i] = new TierBalancers(settings, tiers, roster, i, random);
    }
    this.rooms = roster.rooms();
    this.queueNs = settings.cpsQueue().toNanos();
    this.hashKey = settings.hashKey();
    this.charges = new FailureConsequences(settings, name, this.backends);
    this.refusal = new PoolRefusal(name, this.backends, around.meters());
    this.line = PickOrder.of(tiers, settings.panicThreshold().fraction());
    this.supervisor = new PoolSupervisor(this, roster, around, random);
    around.meters().gauge(Meter.POOL_PANIC, () -> panicking() ? 1 : 0, name);
  }

  /** Its name in the configuration. */
  public String name() {
    return name;
  }

  /** Its settings. */
  public PoolSettings settings() {
    return settings;
  }

  /** Which conferences and queues its backends have. */
  public RoomDirectory rooms() {
    return rooms;
  }

  /** Where the keys of a scope live, as this node's calls say; they outlive a reload. */
  public AffinityTable residences(String scope) {
    AffinityTable known = roster.residences().get(scope);
    return known != null
        ? known
        : roster
            .residences()
            .computeIfAbsent(scope, s -> new AffinityTable(around.meters(), name, s));
  }

  /** When the next backend is tried. */
  public FailoverSettings failover() {
    return settings.failover();
  }

  /** What its backends were made of. */
  List<ResolvedBackend> members() {
    return members;
  }

  /** True when one of its backends is there that is to be told where requests come from. */
  public boolean tellsCallers(Flow to) {
    for (int i = 0; i < toldCallers.size(); i++) {
      if (toldCallers.get(i).isAt(to)) {
        return true;
      }
    }
    return false;
  }

  /** True when a backend is there. */
  public boolean isAt(Flow flow) {
    for (int i = 0; i < backends.size(); i++) {
      if (backends.get(i).isAt(flow)) {
        return true;
      }
    }
    return false;
  }

  /** True when a backend has that address, by whatever port. */
  public boolean isOn(InetAddress host) {
    for (int i = 0; i < backends.size(); i++) {
      InetSocketAddress address = backends.get(i).address();
      if (address != null && host.equals(address.getAddress())) {
        return true;
      }
    }
    return false;
  }

  /**
   * All backends, in the order of the configuration; of a host name all servers it leads to, itself
   * when it leads nowhere.
   */
  public List<Backend> backends() {
    return backends;
  }

  /** The backend of that name, or null. */
  public @Nullable Backend backend(String wanted) {
    for (Backend backend : backends) {
      if (backend.name().equals(wanted)) {
        return backend;
      }
    }
    return null;
  }

  /** What of a request makes the key for {@link #pick}. */
  public HashKey hashKey() {
    return hashKey;
  }

  /**
   * Chooses a backend for a request.
   *
   * @param loop the calling loop's index
   * @param key the request's {@linkplain #hashKey key}
   * @param tried the backends that had this request already; empty at first
   * @return one that was not tried and is not full, or null when there is none
   */
  public @Nullable Backend pick(int loop, long key, List<Backend> tried) {
    Backend chosen = desks[loop].pick(line, key, tried);
    if (chosen == null) {
      chosen = lastResort(new PickRequest(key, tried, null, false));
    }
    if (chosen != null) {
      chosen.picked(loop);
    }
    return chosen;
  }

  /**
   * Chooses a backend for a request: one with a place now; else, for a call, the one with the
   * shortest wait under its max-cps. {@link #reserve} then takes the place.
   *
   * @param loop the calling loop's index
   * @param nowNs the time now
   * @return one that was not tried and has room, or null when there is none
   */
  public @Nullable Backend pick(int loop, PickRequest demand, long nowNs) {
    Backend chosen = desks[loop].pick(line, demand, nowNs);
    if (chosen == null && demand.call() && line.paced()) {
      chosen = line.soonest(demand, nowNs, queueNs);
    }
    if (chosen == null) {
      chosen = lastResort(demand);
    }
    if (chosen != null) {
      chosen.picked(loop);
    }
    return chosen;
  }

  /**
   * Takes a call's place under the max-cps of a backend.
   *
   * @return how long the call must wait for it, mostly 0; below 0 when that is longer than
   *     cps-queue: then nothing was taken
   */
  public long reserve(Backend backend, long nowNs) {
    return backend.capacity().pace().reserve(nowNs, queueNs);
  }

  /** Takes a place that needs no wait; false when there is none. */
  public boolean reserveNow(Backend backend, long nowNs) {
    return backend.capacity().pace().reserve(nowNs, 0) == 0;
  }

  /**
   * True when the backend is of this pool and takes calls, and has what the request asks of its
   * resources; it may have been tried, and a call may have to wait for its max-cps.
   */
  public boolean fits(Backend backend, PickRequest demand) {
    return backend.takesCalls() && backend.meets(demand) && backends.contains(backend);
  }

  /**
   * Chooses by hash, whatever the pool's balance and however many calls a backend has: a key stays
   * with its backend while that lives, and what is down moves only its own keys.
   *
   * @param key the same on every node for what is to stay together
   * @return one that was not tried, or null when there is none
   */
  public @Nullable Backend pickByHash(int loop, long key, List<Backend> tried) {
    Backend chosen = line.highest(key, tried);
    if (chosen == null) {
      return lastResort(new PickRequest(key, tried, null, false));
    }
    chosen.picked(loop);
    return chosen;
  }

  private @Nullable Backend lastResort(PickRequest demand) {
    return HalfOpenTrial.of(tiers, demand, settings.trialCalls());
  }

  /** True when it takes calls, or {@link #onTrial}. */
  public boolean mayAsk(Backend backend, PickRequest demand) {
    return backend.takesCalls() || onTrial(backend, demand);
  }

  /** True when it is out only for what it answered to calls, and may be asked all the same. */
  public boolean onTrial(Backend backend, PickRequest demand) {
    return HalfOpenTrial.takes(backend, demand, settings.trialCalls());
  }

  /** True when {@link #pickByHash} has one to give that is healthy. */
  public boolean anyOpen() {
    return line.anyHealthy();
  }

  /**
   * Where a key belongs by hash: in the first tier that has any that may, the one with the key.
   *
   * @param key the same on every node for what is to stay together
   * @return null when none may
   */
  public @Nullable Backend homeByHash(int loop, long key, Predicate<Backend> may) {
    for (PriorityTier tier : tiers) {
      Backend chosen = tier.highest(key, may);
      if (chosen != null) {
        chosen.picked(loop);
        return chosen;
      }
    }
    return null;
  }

  /** Why {@link #pick} gave null; also counts it. */
  public RefusalCause nobody(List<Backend> tried) {
    return refusal.nobody();
  }

  /** Why {@link #pick(int, PickRequest, long)} gave null; also counts it. */
  public RefusalCause nobody(PickRequest demand) {
    return refusal.nobody(demand);
  }

  /** The cause when the one backend that could take a request has no room; also counts it. */
  public RefusalCause overflow() {
    return refusal.overflow();
  }

  /** What our own 503 says when no backend can take the request. */
  public int retryAfterSeconds() {
    return (int) Math.max(1, settings.retryAfter().toSeconds());
  }

  /** True when requests go to all of {@link #available} at once. */
  public boolean fanout() {
    return Balancers.forksToAll(settings.balance().name());
  }

  /** The backends of the best tier that can take a call now. */
  public List<Backend> available() {
    return available(new PickRequest(0, List.of(), null, false));
  }

  /** Those of them that have what the request asks of their resources. */
  public List<Backend> available(PickRequest demand) {
    List<Backend> free = line.available(demand);
    Backend last = free.isEmpty() ? lastResort(demand) : null;
    if (last != null) {
      free.add(last);
    }
    return free;
  }

  /**
   * True while less than panic-threshold of the pool is healthy, so that doubted backends are used
   * as well.
   */
  public boolean panicking() {
    return line.panicking();
  }

  PoolReloadState roster() {
    return roster;
  }

  /** What follows from what requests come to. */
  FailureConsequences charges() {
    return charges;
  }

  /** Health, checks and event sockets of its backends. */
  PoolSupervisor supervisor() {
    return supervisor;
  }

  /** What may be picked now. */
  PickOrder line() {
    return line;
  }

  /** Looks anew at what may be picked; on the home loop. */
  PickOrder reline() {
    PickOrder next = PickOrder.of(tiers, settings.panicThreshold().fraction());
    line = next;
    return next;
  }

  @Override
  public String toString() {
    return name;
  }
}
