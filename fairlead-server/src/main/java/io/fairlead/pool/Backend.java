// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dialog.CountedCall;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Meters;
import io.fairlead.pool.blame.BackendRequest;
import io.fairlead.pool.freeswitch.CallEnder;
import io.fairlead.pool.freeswitch.EventSocketState;
import io.fairlead.pool.freeswitch.HeartbeatFigures;
import io.fairlead.pool.health.CombinedHealth;
import io.fairlead.pool.health.Health;
import io.fairlead.pool.overload.OverloadControl;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Peer;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
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
  private final int id;
  private final String name;
  private final String path;
  private final BackendUri uri;
  private final @Nullable String domain;
  private final Loop home;
  private final CombinedHealth condition;
  private final BackendMeters meters;
  private final RequestOutcomes outcomes;
  private final LoadCounters cells;
  private final int slot;
  private final LiveCalls calls;
  private final Capacity capacity;
  private final FreeSwitchState freeSwitch;
  private final OperatorOrders orders;
  private final OverloadControl overload = new OverloadControl();
  private final DecayingRate rate = new DecayingRate();
  private long tallied;
  private final @Nullable InetSocketAddress address;
  private volatile @Nullable Peer peer;
  private volatile int rank;
  private volatile boolean toldCallers;
  private volatile BackendSettings settings;
  private volatile @Nullable Pool pool;

  Backend(
      ResolvedBackend member, PoolReloadState roster, String poolName, Loop home, Meters meters) {
    BackendSettings settings = member.settings();
    this.domain = member.domain();
    this.id = roster.newId();
    this.name = settings.title();
    this.path = poolName + "/" + name;
    this.uri = settings.uri();
    this.settings = settings;
    this.home = home;
    this.cells = roster.cells();
    this.slot = id % LoadCounters.BACKENDS;
    this.calls = new LiveCalls(roster, id);
    this.capacity = new Capacity(cells, slot);
    this.freeSwitch = new FreeSwitchState(this, roster.rooms());
    this.condition = new CombinedHealth(home, this::onHealth);
    this.meters = new BackendMeters(meters, poolName, name);
    this.outcomes = new RequestOutcomes(this, this.meters);
    this.orders = new OperatorOrders(this, home, this.meters.overdue);
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
  public CallSlot occupy(int loop) {
    return occupy(loop, CountedCall.NOBODY, home.nowNs());
  }

  /** Puts a live call into the set of the calling loop. */
  public CallSlot occupy(int loop, CountedCall occupant, long nowNs) {
    CallSlot call = new CallSlot(this, loop, occupant, nowNs);
    calls.link(call, loop);
    return call;
  }

  void unlink(CallSlot call, int loop) {
    calls.unlink(call, loop);
  }

  /** The sets of its live calls. */
  public LiveCalls calls() {
    return calls;
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
    return capacity.full();
  }

  /** What it says of itself over its event socket; null as long as it has said nothing. */
  public @Nullable HeartbeatFigures figures() {
    return capacity.figures();
  }

  /** How much it takes, and how much of that is in use. */
  Capacity capacity() {
    return capacity;
  }

  /** What it has of its full share of new calls, 1 for all: less while it is back only a while. */
  public double ramp() {
    return capacity.ramp().factor();
  }

  /** What it has of resources. */
  public BackendResources resources() {
    return capacity.resources();
  }

  /** True when it has what the request asks of its resources. */
  public boolean meets(PickRequest demand) {
    return capacity.meets(demand);
  }

  /** True when it has the resource the request asks for at all, though none may be left. */
  public boolean hasAny(PickRequest demand) {
    return capacity.hasAny(demand);
  }

  /** True when it is healthy enough for new calls, has an address and is not full. */
  public boolean takesCalls() {
    return address != null && health().state().takesCalls() && !full();
  }

  /** Moving mean of the time to the first answer, 0 when not known yet. */
  public long latencyNs() {
    return outcomes.latencyNs();
  }

  /** What requests to it came to; whoever asks it tells it by an {@link BackendRequest}. */
  public RequestOutcomes outcomes() {
    return outcomes;
  }

  /** What is believed of its pool's backends; null when it has none. */
  @Nullable FailureConsequences doubts() {
    Pool owner = pool;
    return owner == null ? null : owner.charges();
  }

  /** A request could not be delivered: refused, reset, unreachable. */
  public void unreachable(String why) {
    outcomes.unreachable(why);
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
    return freeSwitch.callEnder();
  }

  /** Calls can be ended by this from now on; null when they no longer can. */
  public void callEnder(@Nullable CallEnder next) {
    freeSwitch.onCallEnder(next);
  }

  /** Ends its timers: it is gone; on the home loop. */
  void stop() {
    orders.end();
    condition.stop();
  }

  /** How it is with its event socket; null when none is configured. */
  public @Nullable EventSocketState link() {
    return freeSwitch.link();
  }

  /** What is known through its event socket; on the home loop. */
  FreeSwitchState freeSwitch() {
    return freeSwitch;
  }

  /** It was started anew, at that time; on the home loop. */
  void restarted(long startedNs) {
    Pool owner = pool;
    if (owner != null) {
      owner.supervisor().onRestart(this, startedNs);
    }
  }

  /** Its numbers now. */
  public BackendStatistics statistics() {
    return meters.statistics(cells.picks(slot), load(), latencyNs());
  }

  /** Calls it was chosen for per second, as a mean of some seconds. */
  public double callsPerSecond() {
    return rate.perSecond();
  }

  /** Its health, to be changed; on the home loop only. */
  public CombinedHealth condition() {
    return condition;
  }

  LoadCounters cells() {
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
  void use(ResolvedBackend member) {
    BackendSettings next = member.settings();
    rank = member.rank();
    capacity.use(next);
    settings = next;
    peer = peer(address, next);
  }

  /** Whether it is told where requests come from. */
  void tellCallers(boolean tell) {
    toldCallers = tell;
  }

  /** True when it is told where requests come from: see {@link CallerAddressHeaders}. */
  public boolean toldCallers() {
    return toldCallers;
  }

  /** What it asks for when it is overloaded. */
  public OverloadControl overload() {
    return overload;
  }

  /** Belongs to this pool from now on, or to none; on the home loop. */
  void owner(@Nullable Pool next) {
    pool = next;
  }

  private void onHealth(Health before, Health after) {
    capacity.ramp().onHealth(after.state());
    outcomes.noTrials();
    Pool owner = pool;
    if (owner != null) {
      owner.supervisor().onHealth(this, before, after);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
