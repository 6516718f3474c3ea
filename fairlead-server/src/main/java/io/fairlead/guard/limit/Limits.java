// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.loop.Loop;
import io.fairlead.loop.SipHash;
import io.fairlead.net.Cidr;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The named limits of a node, for all its loops. A reload swaps what is in force; the keys of a
 * limit that stays, by name and key, stay with the calls that hold them.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Limits {
  private static final long SWEEP_NS = 10_000_000_000L;
  private static final long CROWDED_NS = 1_000_000_000L;

  /**
   * What limits are made with. Immutable.
   *
   * @param meters what is counted
   * @param clockMs epoch milliseconds
   * @param walker runs what takes its time, off the loops
   * @param hash of keys; the same on all nodes of a cluster
   */
  public record Tools(Meters meters, LongSupplier clockMs, Executor walker, SipHash hash) {}

  private final Tools tools;
  private final AtomicLong originNs = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong sweptNs = new AtomicLong(Long.MIN_VALUE);
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private final Map<String, LimitTable> tables = new HashMap<>();
  private final ClusterLimits cluster = new ClusterLimits(this);
  private volatile LimitRules rules = new LimitRules(List.of(), EmergencyNumbers.NONE);

  private Limits(Tools tools) {
    this.tools = tools;
  }

  /**
   * Makes the limits.
   *
   * @param allow networks that no limit counts by source
   * @param emergency calls that pass every limit
   */
  public static Limits of(
      List<LimitSettings> settings, List<Cidr> allow, EmergencyNumbers emergency, Tools tools) {
    Limits made = new Limits(tools);
    made.reload(settings, allow, emergency);
    return made;
  }

  /** Takes over other settings; what was counted stays. One thread at a time. */
  public void reload(List<LimitSettings> settings, List<Cidr> allow, EmergencyNumbers emergency) {
    Map<String, LimitTable> kept = new HashMap<>();
    List<Limit> next = new ArrayList<>();
    for (LimitSettings each : settings) {
      LimitTable table = tables.getOrDefault(each.shape(), new LimitTable());
      kept.put(each.shape(), table);
      next.add(new Limit(each, table, allow, tools.meters()));
      tools.meters().gauge(Meter.GUARD_LIMIT_KEYS, table::size, each.name());
    }
    for (Limit before : rules.all()) {
      if (next.stream().noneMatch(each -> each.name().equals(before.name()))) {
        tools.meters().remove(Meter.GUARD_LIMIT_KEYS, before.name());
      }
    }
    tables.clear();
    tables.putAll(kept);
    rules = new LimitRules(next, emergency);
  }

  /** The limits as a loop asks them. */
  public CallLimiter on(Loop loop) {
    return new CallLimiter(this, loop);
  }

  LimitRules rules() {
    return rules;
  }

  SipHash hash() {
    return tools.hash();
  }

  /** A moment of a loop. */
  LimitClock clock(long nowNs) {
    if (originNs.get() == Long.MIN_VALUE) {
      originNs.compareAndSet(Long.MIN_VALUE, nowNs);
    }
    long second = Math.max(0, (nowNs - originNs.get()) / 1_000_000_000L);
    return new LimitClock(nowNs, tools.clockMs().getAsLong(), second);
  }

  /** Those that all nodes count together. */
  public ClusterLimits cluster() {
    return cluster;
  }

  /** A call has joined or left. */
  void onChange(Limit limit, LimitEntry entry) {
    cluster.onChange(limit, entry);
  }

  // ---- what need not be remembered ----

  void sweepWhenDue(long nowNs) {
    sweep(nowNs, SWEEP_NS);
  }

  void sweepWhenFull(long nowNs) {
    sweep(nowNs, CROWDED_NS);
  }

  private void sweep(long nowNs, long intervalNs) {
    long last = sweptNs.get();
    boolean due = last == Long.MIN_VALUE || nowNs - last >= intervalNs;
    if (due && sweptNs.compareAndSet(last, nowNs) && sweeping.compareAndSet(false, true)) {
      LimitClock at = clock(nowNs);
      tools.walker().execute(() -> sweep(at));
    }
  }

  private void sweep(LimitClock at) {
    try {
      rules.all().forEach(limit -> limit.table().sweep(at));
    } finally {
      sweeping.set(false);
    }
  }

  // ---- how they are ----

  /**
   * How each limit is, in the order of the configuration. From any thread that may take its time.
   *
   * @param most how many keys are named of each, those with most calls first
   */
  public List<LimitStatus> status(int most) {
    return rules.all().stream().map(limit -> status(limit, most)).toList();
  }

  private static LimitStatus status(Limit limit, int most) {
    Comparator<LimitStatus.Holder> largest =
        Comparator.comparingInt(LimitStatus.Holder::calls)
            .thenComparingLong(LimitStatus.Holder::refused)
            .reversed()
            .thenComparing(LimitStatus.Holder::key);
    List<LimitStatus.Holder> holders =
        limit.table().entries().stream()
            .map(entry ->
                new LimitStatus.Holder(
                    entry.text(),
                    entry.calls() + entry.elsewhere(),
                    entry.refused(),
                    entry.refusedMs()))
            .filter(holder -> holder.calls() > 0 || holder.refused() > 0)
            .sorted(largest)
            .limit(most)
            .toList();
    int calls = limit.table().entries().stream().mapToInt(LimitEntry::calls).sum();
    return new LimitStatus(
        limit.settings(),
        limit.table().size(),
        calls,
        limit.refused(),
        limit.alarmCount(),
        limit.unkeptCount(),
        holders);
  }
}
