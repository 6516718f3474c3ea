// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.affinity;

import io.fairlead.loop.Loop;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Backend;
import io.fairlead.pool.RoomDirectory;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one scope and where each lives, as the calls of this node say. Every change is one
 * atomic step on one key; who was slower gets null and looks again. A key that nobody holds any
 * more is remembered for a while, the oldest forgotten first.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class AffinityTable {
  /** How many are looked at when one is added, so that the work is bounded. */
  private static final int SWEEP = 8;

  private final Map<String, AffinityEntry> keys = new ConcurrentHashMap<>();
  private final Queue<AffinityEntry> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final Map<AffinityOutcome, Counter> joins = new EnumMap<>(AffinityOutcome.class);
  private volatile Keeping keeping = Keeping.USUAL;

  /**
   * How long and how many keys are kept. Immutable.
   *
   * @param lingerNs how long one that nobody holds
   * @param most how many
   */
  private record Keeping(long lingerNs, int most) {
    static final Keeping USUAL = new Keeping(5_000_000_000L, 100_000);
  }

  /** An empty table. */
  public AffinityTable(Meters meters, String pool, String scope) {
    for (AffinityOutcome how : AffinityOutcome.values()) {
      joins.put(how, meters.counter(Meter.POOL_JOINS, pool, scope, how.text()));
    }
    meters.gauge(Meter.POOL_KEYS, held::get, pool, scope);
  }

  /** From now on so many, and so long after the last call. */
  public void keep(long lingerNs, int most) {
    Keeping now = keeping;
    if (now.lingerNs() != lingerNs || now.most() != most) {
      keeping = new Keeping(lingerNs, most);
    }
  }

  /** Counts what became of a call. */
  public void count(AffinityOutcome how) {
    Counter counter = joins.get(how);
    if (counter != null) {
      counter.add();
    }
  }

  /** Keys that calls hold. */
  public int held() {
    return held.get();
  }

  /** Keys in the table, those included that nobody holds any more. */
  public int size() {
    return size.get();
  }

  /** Where the key lives, or lived a moment ago; null when that is not known. */
  public @Nullable AffinityEntry find(String key, long nowNs) {
    AffinityEntry found = keys.get(key);
    if (found != null && found.idle(nowNs, keeping.lingerNs())) {
      forget(found);
      return null;
    }
    return found;
  }

  /** A call more for a residence; null when it is gone. */
  public @Nullable AffinityHold join(AffinityEntry residence, Loop loop) {
    int before = residence.join();
    if (before == 0) {
      held.incrementAndGet();
    }
    return before < 0 ? null : new AffinityHold(this, residence, loop);
  }

  /** True when a key more cannot be remembered. */
  public boolean full(long nowNs) {
    sweep(nowNs);
    return size.get() >= keeping.most();
  }

  /**
   * The key lives there from now on, with one call.
   *
   * @param passed what is told of the key and no longer true, or null
   * @return null when it lives somewhere already
   */
  public @Nullable AffinityHold open(
      String key, Backend backend, RoomDirectory.@Nullable Room passed, Loop loop) {
    AffinityEntry opened = new AffinityEntry(key, backend, passed);
    if (keys.putIfAbsent(key, opened) != null) {
      return null;
    }
    size.incrementAndGet();
    held.incrementAndGet();
    return new AffinityHold(this, opened, loop);
  }

  /**
   * The key lives there from now on, with one call; those it had no longer count.
   *
   * @return null when it has moved meanwhile, or is forgotten
   */
  public @Nullable AffinityHold move(
      AffinityEntry from, Backend to, RoomDirectory.@Nullable Room passed, Loop loop) {
    AffinityEntry opened = new AffinityEntry(from.key(), to, passed);
    if (!keys.replace(from.key(), from, opened)) {
      return null;
    }
    if (!from.close()) {
      held.incrementAndGet();
    }
    return new AffinityHold(this, opened, loop);
  }

  void left(AffinityEntry residence, boolean answered, long nowNs) {
    if (!residence.leave(answered, nowNs)) {
      return;
    }
    held.decrementAndGet();
    queue(residence);
    sweep(nowNs);
  }

  private void queue(AffinityEntry residence) {
    if (!residence.queued()) {
      residence.queued(true);
      idle.add(residence);
    }
  }

  private void forget(AffinityEntry residence) {
    if (residence.closeIdle() && keys.remove(residence.key(), residence)) {
      size.decrementAndGet();
    }
  }

  // A few of those idle longest. One that is held again leaves the queue and comes back when its
  // last call ends; one still within its time goes to the end, unless there is no room for it.
  private void sweep(long nowNs) {
    Keeping now = keeping;
    for (int i = 0; i < SWEEP; i++) {
      AffinityEntry oldest = idle.peek();
      boolean crowded = size.get() >= now.most();
      if (oldest == null
          || oldest.idle() && !crowded && !oldest.idle(nowNs, now.lingerNs())
          || !idle.remove(oldest)) {
        return;
      }
      // Said before it is looked at: whoever leaves it from now on queues it again.
      oldest.queued(false);
      if (crowded || oldest.idle(nowNs, now.lingerNs())) {
        forget(oldest);
      } else if (oldest.idle()) {
        queue(oldest);
      }
    }
  }
}
