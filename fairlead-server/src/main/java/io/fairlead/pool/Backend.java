// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dialog.Occupant;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Blame;
import io.fairlead.observe.Meters;
import io.fairlead.pool.blame.Asking;
import io.fairlead.pool.freeswitch.FreeSwitch;
import io.fairlead.pool.freeswitch.Link;
import io.fairlead.pool.health.CheckResult;
import io.fairlead.pool.health.Condition;
import io.fairlead.pool.health.Health;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Peer;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One server of a pool: where it is, its live calls, what calls to it came to, and its health. It
 * outlives a reload that leaves its name and URI as they are.
 *
 * <p>Live calls are sets, one for each loop, so load is a number of members and cannot drift.
 * Orders and reports may come from any thread; health is decided on the pool's home loop. Shared:
 * see docs/ownership.md.
 */
public final class Backend {
  /** What {@link #limit} gives when there is none. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  private final int id;
  private final String name;
  private final String path;
  private final BackendUri uri;
  private final @Nullable String domain;
  private final Roster roster;
  private final Loop home;
  private final Condition condition;
  private final BackendMeters meters;
  private final Outcomes outcomes;
  private final Cells cells;
  private final int slot;
  private final LiveCalls calls;
  private final Rate rate = new Rate();

  private long tallied;
  private final Orders orders;
  private volatile @Nullable CallEnder callEnder;
  private final @Nullable InetSocketAddress address;
  private volatile @Nullable Peer peer;
  private volatile int maxCalls;
  private volatile int rank;
  private volatile boolean toldCallers;
  private volatile BackendSettings settings;
  private volatile @Nullable Pool pool;
  private volatile @Nullable FreeSwitch freeSwitch;
  private final Ramp ramp = new Ramp();
  private final Pace pace = new Pace();
  private final Resources resources = new Resources();
  private volatile @Nullable Figures figures;
  private volatile double idleCpu;

  Backend(Member member, Roster roster, String poolName, Loop home, Meters meters) {
    BackendSettings settings = member.settings();
    this.domain = member.domain();
    this.id = roster.newId();
    this.name = settings.title();
    this.path = poolName + "/" + name;
    this.uri = settings.uri();
    this.settings = settings;
    this.roster = roster;
    this.home = home;
    this.cells = roster.cells();
    this.slot = id % Cells.BACKENDS;
    this.calls = new LiveCalls(roster.loops());
    this.condition = new Condition(home, this::onHealth);
    this.meters = new BackendMeters(meters, poolName, name);
    this.outcomes = new Outcomes(this, this.meters);
    this.orders = new Orders(this, home, this.meters.overdue);
    this.address = member.address();
    use(member);
    this.meters.watch(this);
  }

  /** Pool and name: {@code farm/fs1}. */
  public String path() {
    return path;
  }

  /** Its name, unique in the pool. */
  public String name() {
    return name;
  }

  /** Where it is; its address also when a host name was configured. */
  public BackendUri uri() {
    return uri;
  }

  /** The transport to reach it by, {@code udp}. */
  public String transport() {
    return uri.transport();
  }

  /** 0, or more when the DNS puts it behind others of the same name. */
  int rank() {
    return rank;
  }

  /** Its address; null for a host name that leads nowhere: such a backend is never picked. */
  public @Nullable InetSocketAddress address() {
    return address;
  }

  // A connection that it opened itself comes from any port.
  boolean isAt(Flow flow) {
    InetSocketAddress at = address;
    InetSocketAddress there = flow.remote();
    return at != null
        && (at.getPort() == there.getPort() || flow.transport().reliable())
        && at.getAddress().equals(there.getAddress());
  }

  /** True when it is reached over TLS. */
  public boolean secure() {
    return Transports.byName(uri.transport()).secure();
  }

  /** Whom to reach, and on which network; null as long as its host name is not resolved. */
  public @Nullable Peer peer() {
    return peer;
  }

  private @Nullable Peer peer(@Nullable InetSocketAddress at, BackendSettings by) {
    return at == null ? null : new Peer(uri.transport(), at, domain, by.tls(), by.network());
  }

  /** Its settings as of the last reload. */
  public BackendSettings settings() {
    return settings;
  }

  /** A small number, unique in the pool while Fairlead runs, also for backends that left. */
  public int id() {
    return id;
  }

  /** Puts a live call of nobody into the set of the calling loop, at the home loop's time. */
  public Occupancy occupy(int loop) {
    return occupy(loop, Occupant.NOBODY, home.nowNs());
  }

  /** Puts a live call into the set of the calling loop. */
  public Occupancy occupy(int loop, Occupant occupant, long nowNs) {
    Occupancy call = new Occupancy(this, loop, occupant, nowNs);
    calls.link(call, loop);
    resized(loop, 1);
    return call;
  }

  void unlink(Occupancy call, int loop) {
    calls.unlink(call, loop);
    resized(loop, -1);
  }

  private void resized(int loop, int by) {
    cells.resized(slot, loop, by);
    roster.changed(loop, id, by);
  }

  /** Shows the calling loop's live calls. */
  public void forEachCall(int loop, Consumer<Occupancy> action) {
    calls.forEach(loop, action);
  }

  /** How long its longest live call has been with it; 0 when it has none. From any thread. */
  public long longestCallNs(long nowNs) {
    return calls.longestNs(nowNs);
  }

  /**
   * It was started anew: ends the calling loop's calls that it had before.
   *
   * @param startedNs when it was started
   * @return how many
   */
  public int lost(int loop, long startedNs) {
    List<Occupant> there = new ArrayList<>();
    forEachCall(loop, call -> there.add(call.occupant()));
    int ended = 0;
    for (Occupant occupant : there) {
      ended += occupant.backendLost(startedNs) ? 1 : 0;
    }
    return ended;
  }

  /**
   * Live calls on all loops. Exact for calls of the calling loop, a moment old for those of others.
   */
  public int load() {
    return cells.load(slot);
  }

  /**
   * True when it has max-calls live calls. Loops that fill the last place at the same moment may
   * pass it by one each.
   */
  public boolean full() {
    return maxCalls != UNLIMITED && load() >= maxCalls;
  }

  /** What it says of itself over its event socket; null as long as it has said nothing. */
  public @Nullable Figures figures() {
    return figures;
  }

  /** It said this of itself, or its event socket is gone for good; on the home loop. */
  public void figures(@Nullable Figures next) {
    int before = capacity();
    figures = next;
    if (capacity() != before) {
      tell(owner -> owner.renew());
    }
  }

  /** How much it takes, by its Max-Sessions or max-calls; 0 when neither is known. */
  int capacity() {
    return UsedShare.capacity(figures, maxCalls);
  }

  /**
   * The share of its capacity in use, 1 when it is full; 0 when no capacity is known. Little idle
   * CPU makes it larger.
   */
  public double used() {
    return UsedShare.of(figures, maxCalls, idleCpu, load());
  }

  /** What it has of its full share of new calls, 1 for all: less while it is back only a while. */
  public double ramp() {
    return ramp.factor();
  }

  Ramp slowStart() {
    return ramp;
  }

  /** When it may have its next call under max-cps, and who waits for that. */
  Pace pace() {
    return pace;
  }

  /** What it has of resources. */
  public Resources resources() {
    return resources;
  }

  /** True when it has what the request asks of its resources. */
  public boolean meets(Demand demand) {
    String resource = demand.resource();
    return demand.call() ? resource == null || resources.left(resource) : hasAny(demand);
  }

  /** True when it has the resource the request asks for at all, though none may be left. */
  public boolean hasAny(Demand demand) {
    String resource = demand.resource();
    return resource == null || resources.names(resource);
  }

  /** True when it is healthy enough for new calls, has an address and is not full. */
  public boolean takesCalls() {
    return address != null && health().state().takesCalls() && !full();
  }

  /** Moving mean of the time to the first answer, 0 when not known yet. */
  public long latencyNs() {
    return outcomes.latencyNs();
  }

  /** What requests to it came to; whoever asks it tells it by an {@link Asking}. */
  public Outcomes outcomes() {
    return outcomes;
  }

  /** What is believed of its pool's backends; null when it has none. */
  @Nullable Charges doubts() {
    Pool owner = pool;
    return owner == null ? null : owner.charges();
  }

  /** No answer came within try-timeout. */
  public void silent() {
    outcomes.silent();
  }

  /** A request could not be delivered: refused, reset, unreachable. */
  public void unreachable(String why) {
    meters.unreachable.add();
    meters.fault(Blame.UNREACHABLE).add();
    tell(owner -> owner.charges().onUnreachable(this, why));
  }

  /** Has its pool do something, on the home loop. */
  void tell(Consumer<Pool> word) {
    home.execute(() -> {
      Pool owner = pool;
      if (owner != null) {
        word.accept(owner);
      }
    });
  }

  /** How it is now. */
  public Health health() {
    return condition.health();
  }

  /** No new calls from now on; living ones go on. */
  public void drain() {
    drain(DrainOrder.PLAIN);
  }

  /** The same with an end; an order given while one stands takes its place. */
  public void drain(DrainOrder order) {
    home.execute(() -> orders.drain(order));
  }

  /** The order to drain that stands, or null. */
  public @Nullable Drain draining() {
    return orders.draining();
  }

  /** No new calls, and nobody wonders that it is off. */
  public void maintenance() {
    home.execute(orders::maintain);
  }

  /** Takes {@link #drain} and {@link #maintenance} back. */
  public void ready() {
    home.execute(orders::ready);
  }

  /** What can end its calls; null when nothing can. */
  public @Nullable CallEnder callEnder() {
    return callEnder;
  }

  /** Calls can be ended by this from now on; null when they no longer can. */
  public void callEnder(@Nullable CallEnder next) {
    callEnder = next;
  }

  /** Ends its timers: it is gone; on the home loop. */
  void stop() {
    orders.end();
    condition.stop();
  }

  /** How it is with its event socket; null when none is configured. */
  public @Nullable Link link() {
    FreeSwitch inside = freeSwitch;
    return inside == null ? null : inside.link();
  }

  /** What is known through its event socket; null when none is configured; on the home loop. */
  public @Nullable FreeSwitch freeSwitch() {
    return freeSwitch;
  }

  void freeSwitch(@Nullable FreeSwitch next) {
    freeSwitch = next;
  }

  /** It was started anew, at that time; on the home loop. */
  public void restarted(long startedNs) {
    Pool owner = pool;
    if (owner != null) {
      owner.onRestart(this, startedNs);
    }
  }

  /** Its numbers now. */
  public Statistics statistics() {
    long failed =
        meters.outcome(500).value() + meters.timeouts.value() + meters.unreachable.value();
    return new Statistics(
        cells.picks(slot), load(), meters.outcome(200).value(), failed, latencyNs());
  }

  /** Calls it was chosen for per second, as a mean of some seconds. */
  public double callsPerSecond() {
    return rate.perSecond();
  }

  /** Its health, to be changed; on the home loop only. */
  public Condition condition() {
    return condition;
  }

  /**
   * A check came to this end; on the home loop.
   *
   * @param elapsedNs how long its answer took; 0 when it was somebody else's
   */
  public void checked(CheckResult result, long elapsedNs) {
    meters.check(result).add();
    if (result == CheckResult.PASSED && elapsedNs > 0) {
      outcomes.checked(elapsedNs);
    }
  }

  /** It was ejected: errors counted so far are answered for; on the home loop. */
  public void ejected() {
    meters.ejections.add();
    outcomes.forget();
  }

  int limit() {
    return maxCalls;
  }

  Cells cells() {
    return cells;
  }

  int slot() {
    return slot;
  }

  void picked(int loop) {
    cells.picked(slot, loop);
  }

  /** Brings the meter of picks up to date; on the home loop. */
  void tally() {
    long picks = cells.picks(slot);
    meters.picks.add(picks - tallied);
    rate.add(picks - tallied, home.nowNs());
    tallied = picks;
  }

  BackendMeters meters() {
    return meters;
  }

  /** Takes the settings of a reload. */
  void use(Member member) {
    BackendSettings next = member.settings();
    rank = member.rank();
    Integer limit = next.maxCalls();
    maxCalls = limit == null ? UNLIMITED : limit;
    pace.perSecond(next.maxCps() == null ? 0 : next.maxCps());
    resources.has(next.resources());
    settings = next;
    peer = peer(address, next);
  }

  /** Whether it is told where requests come from. */
  void tellCallers(boolean tell) {
    toldCallers = tell;
  }

  /** True when it is told where requests come from: see {@link CallerAddress}. */
  public boolean toldCallers() {
    return toldCallers;
  }

  /** Belongs to this pool from now on, or to none; on the home loop. */
  void owner(@Nullable Pool next) {
    pool = next;
  }

  /** Counts idle CPU below this percentage as load; 0 for never. */
  void idleCpu(double percentage) {
    idleCpu = percentage;
  }

  private void onHealth(Health before, Health after) {
    ramp.onHealth(after.state());
    outcomes.noTrials();
    Pool owner = pool;
    if (owner != null) {
      owner.onHealth(this, before, after);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
