// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.Offence;
import io.fairlead.guard.OffenceListener;
import io.fairlead.guard.ban.list.BlocklistSettings;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Meter;
import io.fairlead.transport.Flow;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is banned. Loops say what sources do and ask whether one is banned; points are counted and
 * bans are made on the home loop, loop 0, which gets what the others saw by a queue.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Bans implements OffenceListener, AutoCloseable {
  private static final int QUEUE = 16_384;
  private static final int PROVED = Offence.values().length;
  private static final Offence[] OFFENCES = Offence.values();
  private static final long SWEEP_NS = Duration.ofSeconds(1).toNanos();

  private final Loop home;
  private final LongSupplier clockMs;
  private final BanMeters meters;
  private final OffenceQueue queue = new OffenceQueue(QUEUE);
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final Runnable drain = this::drain;
  private final ActiveBans active;
  private final SpareSources spare;
  private final BanDecisions decisions;
  private final Timer sweep = Timer.of(this::sweep);
  private final List<Runnable> outlets = new ArrayList<>();
  private volatile KernelEnforcement kernel = KernelEnforcement.NONE;
  private volatile Consumer<Map<String, BlocklistSettings>> lists = _ -> {};
  private volatile boolean on;
  private volatile boolean trustUdp;

  /**
   * Nothing runs yet.
   *
   * @param settings null when nobody is to be banned
   * @param allow networks that are never banned
   * @param exempt others that are never banned
   */
  public Bans(
      @Nullable BanSettings settings,
      CidrSet allow,
      GuardDependencies dependencies,
      ExemptSources exempt) {
    BanSettings usual = settings == null ? BanSettings.usual() : settings;
    on = settings != null;
    trustUdp = usual.trustUdp();
    home = dependencies.loops().getFirst();
    clockMs = dependencies.clockMs();
    meters = new BanMeters(dependencies.meters());
    active = new ActiveBans(usual.bans(), dependencies.walker());
    spare = new SpareSources(allow, usual.exemptSources(), exempt, meters.crowded);
    decisions = new BanDecisions(usual, active, spare, meters, clockMs);
    dependencies.meters().gauge(Meter.BANNED, active::size);
    dependencies.meters().gauge(Meter.BAN_SCORED, decisions::sources);
  }

  /** Begins to end what is over. */
  public void start() {
    home.execute(this::sweep);
  }

  /** Takes over other settings: points stay, and bans unless there are to be none. Any thread. */
  public void reload(@Nullable BanSettings next, CidrSet allow) {
    on = next != null;
    spare.allow(allow);
    lists.accept(next == null ? Map.of() : next.blocklists());
    if (next != null) {
      trustUdp = next.trustUdp();
    }
    home.execute(() -> {
      if (next == null) {
        decisions.off();
      } else {
        decisions.settings(next);
        decisions.liftAllowed();
      }
    });
  }

  private void sweep() {
    decisions.expire();
    home.timers().schedule(sweep, SWEEP_NS);
  }

  // ---- on the way of messages ----

  /** Whether nothing is to be taken from that source now. Any loop; allocates nothing. */
  public boolean isBanned(long key) {
    if (!on || active.size() == 0) {
      return false;
    }
    long nowMs = clockMs.getAsLong();
    return active.until(key) > nowMs || active.inNetwork(key) && !spare.spares(key, nowMs);
  }

  @Override
  public void offence(Flow flow, Offence offence, boolean proven) {
    if (!on) {
      return;
    }
    if (proven || trustUdp || flow.transport().reliable()) {
      tell(flow.remote().getAddress(), offence.ordinal());
    } else {
      meters.unproven.add();
    }
  }

  @Override
  public void flooded(long source) {
    if (on) {
      tell(SourceKey.network(source).address(), Offence.FLOOD.ordinal());
    }
  }

  @Override
  public void proved(Flow flow) {
    if (on) {
      tell(flow.remote().getAddress(), PROVED);
    }
  }

  private void tell(InetAddress source, int kind) {
    if (!queue.offer(source, kind)) {
      meters.lost.add();
    } else if (waiting.compareAndSet(false, true)) {
      home.execute(drain);
    }
  }

  private void drain() {
    waiting.set(false);
    for (InetAddress next = queue.poll(); next != null; next = queue.poll()) {
      if (queue.kind() == PROVED) {
        decisions.proved(next);
      } else {
        decisions.offence(next, OFFENCES[queue.kind()]);
      }
    }
  }

  // ---- for those who bring bans, and those who carry them out ----

  /**
   * Tells this one of bans from now on; before {@link #start}.
   *
   * @param close ends it, when the bans are closed
   */
  public void listen(BanListener outlet, Runnable close) {
    decisions.listen(outlet);
    outlets.add(close);
  }

  /** Has this done when the bans are closed, the last first. */
  public void closing(Runnable close) {
    outlets.add(close);
  }

  /** A device was registered from there before the start; before {@link #start}. */
  public void registered(InetAddress source, long untilMs) {
    spare.proved(SourceKey.of(source), untilMs, clockMs.getAsLong());
  }

  /** Says who reads blocklists; before {@link #start}. */
  public void blocklists(Consumer<Map<String, BlocklistSettings>> reader) {
    lists = reader;
  }

  /** As it was before the start; before {@link #start}. */
  public void restore(List<Ban> before) {
    before.forEach(decisions::restore);
    active.publish();
  }

  /** A list has these networks, or has them still. Any thread; bring few at a time. */
  public void listed(String list, Collection<Cidr> networks, long untilMs) {
    home.execute(() -> decisions.listed(list, networks, untilMs));
  }

  /** A list no longer has these. Any thread. */
  public void unlisted(String list, Collection<Cidr> networks) {
    home.execute(() -> decisions.unlisted(list, networks));
  }

  /** Another node banned it. Any thread. */
  public void shared(Ban ban) {
    home.execute(() -> {
      if (on) {
        decisions.shared(ban);
      }
    });
  }

  /**
   * Another node lifted a ban. Any thread.
   *
   * @param atMs when; a ban that was made later stays
   */
  public void sharedLift(Cidr network, long atMs) {
    home.execute(() -> decisions.lift(network, BanEnd.ELSEWHERE, atMs));
  }

  /** The allowed networks inside one. Any thread. */
  public List<Cidr> allowedWithin(Cidr network) {
    return spare.within(network);
  }

  // ---- for operators ----

  /** All bans, in no order. Any thread. */
  public Collection<Ban> all() {
    return active.all();
  }

  /** The ban of just that source or network; null for none. Any thread. */
  public @Nullable Ban of(Cidr network) {
    return active.of(Ban.whole(network));
  }

  /** Where bans are carried out beside this process. */
  public KernelEnforcement kernel() {
    return kernel;
  }

  /** Says where bans are carried out beside this process; before {@link #start}. */
  public void kernel(KernelEnforcement made) {
    kernel = made;
  }

  /** Epoch milliseconds, as bans go by. */
  public long nowMs() {
    return clockMs.getAsLong();
  }

  /** Whether there are bans at all. */
  public boolean isOn() {
    return on;
  }

  /** Tells how it stands with a source, on the home loop. */
  public void explain(Cidr network, Consumer<BanExplanation> then) {
    home.execute(() -> then.accept(decisions.explain(network)));
  }

  /**
   * Bans a source or a network.
   *
   * @param then gets whether it was done, on the home loop: not when it is allowed
   */
  public void add(Cidr network, Duration time, Consumer<Boolean> then) {
    home.execute(() -> {
      long nowMs = clockMs.getAsLong();
      Ban ban =
          new Ban(
              Ban.whole(network),
              BanCause.OPERATOR,
              "ordered",
              0,
              nowMs,
              nowMs + time.toMillis(),
              0);
      then.accept(decisions.add(ban));
    });
  }

  /**
   * Lifts the ban of a source or a network.
   *
   * @param then gets whether there was one, on the home loop
   */
  public void lift(Cidr network, Consumer<Boolean> then) {
    home.execute(
        () -> then.accept(decisions.lift(Ban.whole(network), BanEnd.LIFTED, Long.MAX_VALUE)));
  }

  @Override
  public void close() {
    outlets.reversed().forEach(Runnable::run);
  }
}
