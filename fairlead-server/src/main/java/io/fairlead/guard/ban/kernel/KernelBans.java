// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.kernel;

import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanEnd;
import io.fairlead.guard.ban.BanListener;
import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.ban.FirewallMode;
import io.fairlead.guard.ban.KernelEnforcement;
import io.fairlead.net.Cidr;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.transport.Listener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel drop what banned sources send to our listeners. Bans are told on the home loop and
 * carried out on a thread of their own, {@code fl-bans}, which alone speaks with the kernel; the
 * table is made with the first of them. Where the kernel cannot do it, that is said once, and bans
 * are carried out by this process, as they are in any case.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class KernelBans implements BanListener, KernelEnforcement, AutoCloseable {
  /** A ban that is made, or over. */
  private record Change(Ban ban, boolean made, boolean lifted) {}

  private static final Logger LOG = LoggerFactory.getLogger(KernelBans.class);
  private static final Duration RETRY = Duration.ofMinutes(1);
  private static final int MOST_WAITING = 500_000;
  private static final int WRITTEN_AT_ONCE = 20_000;
  private static final long CLOSE_MS = 2000;
  private static final int MUTES = 1 << 15;
  // Many are told to the kernel together, since each time costs much more than each source.
  private static final long GATHER_NS = 20_000_000L;

  private final Bans bans;
  private final FirewallMode mode;
  private final List<GuardedPort> ports;
  private final int size;
  private final ConcurrentLinkedQueue<Change> changes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final MuteQueue mutes = new MuteQueue(MUTES);
  private final AtomicBoolean muting = new AtomicBoolean();
  private final Map<Cidr, Long> held = new ConcurrentHashMap<>();
  private final Counter failures;
  private final Thread thread = new Thread(this::run, "fl-bans");
  private final NetworkBans networks = new NetworkBans();
  private final Set<Cidr> allowed = new HashSet<>();
  private volatile String problem = "";
  private volatile boolean on;
  private volatile boolean again;
  private volatile boolean closed;
  private @Nullable BanTable table;
  private boolean full;
  private long retryNs;

  private KernelBans(
      Bans bans, FirewallMode mode, List<Listener> listeners, int size, Meters meters) {
    this.bans = bans;
    this.mode = mode;
    this.ports = GuardedPort.of(listeners);
    this.size = size;
    failures = meters.counter(Meter.BAN_KERNEL_FAILURES);
    meters.gauge(Meter.BAN_KERNEL, held::size);
  }

  /**
   * Begins.
   *
   * @param listeners whose ports are guarded
   * @param size most bans
   * @throws IOException when the kernel must do it and cannot; the message says what is missing
   */
  public static KernelBans open(
      Bans bans, FirewallMode mode, List<Listener> listeners, int size, Meters meters)
      throws IOException {
    KernelBans made = new KernelBans(bans, mode, listeners, size, meters);
    if (mode.isRequired()) {
      made.make();
    }
    made.thread.setDaemon(true);
    made.thread.start();
    return made;
  }

  @Override
  public boolean holds(Cidr network) {
    return held.containsKey(network);
  }

  @Override
  public String status() {
    String why = problem;
    if (on) {
      return "on, " + held.size() + " bans" + (why.isEmpty() ? "" : "; " + why);
    }
    return why.isEmpty() ? "on, with the first ban" : "off: " + why;
  }

  // ---- on any loop ----

  @Override
  public boolean mute(long source, int ms) {
    // Where there is no table a lone one now and then has it tried again.
    if (!mutes.offer(source, ms)) {
      return false;
    }
    if (muting.compareAndSet(false, true)) {
      LockSupport.unpark(thread);
    }
    return on;
  }

  // ---- on the home loop ----

  @Override
  public void onBan(Ban ban) {
    tell(new Change(ban, true, false));
  }

  @Override
  public void onEnd(Ban ban, BanEnd how) {
    tell(new Change(ban, false, how != BanEnd.EXPIRED));
  }

  private void tell(Change change) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      again = true;
    } else {
      changes.add(change);
    }
    LockSupport.unpark(thread);
  }

  // ---- on the thread ----

  private void make() throws IOException {
    int lowest = ports.stream().mapToInt(GuardedPort::port).min().orElse(0);
    // Expired elements hold their place until the kernel sweeps them.
    table = BanTable.create("fairlead-bans-" + lowest, ports, size + size / 4);
    on = true;
    LOG.info("the kernel drops what banned sources send to our listeners, table {}", name());
  }

  private String name() {
    BanTable now = table;
    return now == null ? "" : now.name();
  }

  private void run() {
    while (!closed) {
      try {
        work();
      } catch (RuntimeException e) {
        LOG.error("bans in the kernel have failed, this process goes on alone", e);
        lose("a defect: " + e);
      }
      if (changes.isEmpty() && mutes.isEmpty() && !again && !closed) {
        LockSupport.park(this);
      }
    }
    BanTable last = table;
    if (last != null) {
      last.close();
    }
  }

  private void work() {
    boolean mute = muting.getAndSet(false);
    if (mute) {
      LockSupport.parkNanos(this, GATHER_NS);
    }
    if (table == null && (mute || !changes.isEmpty())) {
      if (problem.isEmpty() || System.nanoTime() - retryNs >= 0) {
        tryAgain();
      } else {
        drop();
      }
    }
    BanTable now = table;
    if (now != null) {
      if (again) {
        refill();
      }
      carryOut(now);
    }
    if (!mutes.isEmpty()) {
      silence(table);
    }
  }

  // Where the kernel cannot, this process goes on dropping what they send.
  private void silence(@Nullable BanTable now) {
    Map<Cidr, Long> four = new HashMap<>();
    Map<Cidr, Long> six = new HashMap<>();
    for (int i = 0; i < WRITTEN_AT_ONCE && !mutes.isEmpty(); i++) {
      Cidr source = SourceKey.network(mutes.poll());
      (source.isV4() ? four : six).put(source, (long) Math.max(1, mutes.timeMs()));
    }
    if (now != null) {
      silence(now, true, four);
      silence(now, false, six);
    }
  }

  private void silence(BanTable now, boolean ipv4, Map<Cidr, Long> timeouts) {
    // A set that is full is none of the bans' business.
    if (!timeouts.isEmpty() && now.mute(ipv4, timeouts) != BanTable.Outcome.DONE) {
      failures.add();
    }
  }

  private void tryAgain() {
    try {
      make();
      problem = "";
      again = true;
    } catch (IOException e) {
      lose(String.valueOf(e.getMessage()));
    }
  }

  private void drop() {
    while (changes.poll() != null) {
      waiting.decrementAndGet();
    }
  }

  private void lose(String why) {
    BanTable lost = table;
    table = null;
    on = false;
    held.clear();
    networks.clear();
    allowed.clear();
    if (lost != null) {
      lost.close();
    }
    failures.add();
    if (!why.equals(problem)) {
      LOG.warn("the kernel drops nothing of banned sources, this process does: {}", why);
    }
    problem = why;
    retryNs = System.nanoTime() + RETRY.toNanos();
    drop();
  }

  /** All bans anew: what was told is lost, or there was no table. */
  private void refill() {
    again = false;
    drop();
    for (Ban each : bans.all()) {
      waiting.incrementAndGet();
      changes.add(new Change(each, true, false));
    }
  }

  private void carryOut(BanTable now) {
    Map<Cidr, Long> four = new LinkedHashMap<>();
    Map<Cidr, Long> six = new LinkedHashMap<>();
    boolean ranges = false;
    int taken = 0;
    for (Change next = changes.poll(); next != null; next = changes.poll()) {
      waiting.decrementAndGet();
      Cidr network = next.ban.network();
      if (!next.ban.isSource()) {
        ranges |= networks.change(network, next.made);
      } else if (next.made) {
        (network.isV4() ? four : six).put(network, next.ban.untilMs());
      } else {
        (network.isV4() ? four : six).remove(network);
        end(now, network, next.lifted);
      }
      if (++taken >= WRITTEN_AT_ONCE) {
        break;
      }
    }
    add(now, true, four);
    add(now, false, six);
    if (ranges) {
      ranges(now);
    }
  }

  // One that is over by its time goes out of the kernel by itself.
  private void end(BanTable now, Cidr source, boolean lifted) {
    if (held.containsKey(source) && lifted) {
      check(now.remove(source));
    }
    held.remove(source);
  }

  private void add(BanTable now, boolean ipv4, Map<Cidr, Long> untils) {
    long nowMs = bans.nowMs();
    Map<Cidr, Long> timeouts = new HashMap<>();
    Set<Cidr> known = new HashSet<>();
    untils.forEach((source, untilMs) -> {
      if (untilMs > nowMs) {
        timeouts.put(source, untilMs - nowMs);
        if (held.containsKey(source)) {
          known.add(source);
        }
      }
    });
    if (timeouts.isEmpty() || table == null) {
      return;
    }
    BanTable.Outcome outcome = now.add(ipv4, timeouts, known);
    if (outcome == BanTable.Outcome.DONE) {
      timeouts.keySet().forEach(each -> held.put(each, untils.getOrDefault(each, 0L)));
      full(false);
    } else if (outcome == BanTable.Outcome.FULL) {
      oneByOne(now, ipv4, timeouts, untils);
    } else {
      check(outcome);
    }
  }

  // As many as there is room for.
  private void oneByOne(
      BanTable now, boolean ipv4, Map<Cidr, Long> timeouts, Map<Cidr, Long> untils) {
    for (Map.Entry<Cidr, Long> each : timeouts.entrySet()) {
      BanTable.Outcome outcome =
          now.add(ipv4, Map.of(each.getKey(), each.getValue()), held.keySet());
      if (outcome != BanTable.Outcome.DONE) {
        full(outcome == BanTable.Outcome.FULL);
        return;
      }
      held.put(each.getKey(), untils.getOrDefault(each.getKey(), 0L));
    }
  }

  private void full(boolean now) {
    if (now && !full) {
      failures.add();
      LOG.warn("the kernel's set of bans is full: this process drops what the rest sends");
    }
    full = now;
    problem = now ? "the set is full, the rest is dropped by this process" : "";
  }

  private void ranges(BanTable now) {
    NetworkBans.Difference change = networks.difference();
    Set<Cidr> within = new HashSet<>();
    networks.outermost().forEach(each -> within.addAll(bans.allowedWithin(each)));
    List<Cidr> pass = NetworkBans.outermost(within);
    List<Cidr> unneeded = new ArrayList<>(allowed);
    unneeded.removeAll(pass);
    List<Cidr> needed = new ArrayList<>(pass);
    needed.removeAll(allowed);
    check(now.allowed(List.of(), needed));
    check(now.networks(change.out(), change.in()));
    check(now.allowed(unneeded, List.of()));
    allowed.clear();
    allowed.addAll(pass);
    if (table != null) {
      change.out().forEach(held::remove);
      change.in().forEach(each -> held.put(each, 0L));
    }
  }

  private void check(BanTable.Outcome outcome) {
    if (outcome == BanTable.Outcome.FULL) {
      full(true);
    } else if (outcome == BanTable.Outcome.FAILED && table != null) {
      lose("nf_tables refused a change");
    }
  }

  /** Takes the table away. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
