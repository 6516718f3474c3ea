// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the shared store tells, on its way into the table: own and older news are left out. Messages
 * and what a scan shows come at the same time on two threads, so a scan's older state must not
 * follow a message's newer one. Shared: see docs/ownership.md.
 */
final class RemoteChanges {
  private final int node;
  private final Outbox outbox;
  private final int limit;
  private final Counter received;
  private final Counter stale;
  private final Counter unreadable;
  private final Map<Long, Long> duringScan = new ConcurrentHashMap<>();

  private volatile BindingStore.@Nullable Sink sink;
  private volatile boolean scanning;
  private volatile boolean missed;
  private int scanned;

  RemoteChanges(int node, Outbox outbox, Meters meters, int limit) {
    this.node = node;
    this.outbox = outbox;
    this.limit = limit;
    this.received = meters.counter(Meter.REDIS_RECEIVED);
    this.stale = meters.counter(Meter.REDIS_STALE);
    this.unreadable = meters.counter(Meter.REDIS_UNREADABLE);
  }

  void into(BindingStore.Sink table) {
    sink = table;
  }

  /** True when too much came during a scan: it must be done again. */
  boolean missed() {
    return missed;
  }

  /** How many bindings the last scan showed. */
  int scanned() {
    return scanned;
  }

  void beginScan() {
    scanned = 0;
    missed = false;
    scanning = true;
  }

  void endScan() {
    scanning = false;
    duringScan.clear();
  }

  /** A message of the store. */
  void onMessage(byte[] bytes) {
    BindingChange change = read(bytes);
    if (change == null || change.node() == node) {
      return;
    }
    if (scanning) {
      if (duringScan.size() < limit) {
        duringScan.merge(change.id(), change.version(), Math::max);
      } else {
        missed = true;
      }
    }
    take(change);
  }

  /** What a scan showed; own bindings too, since this node may have forgotten them. */
  void onScanned(byte[] bytes) {
    BindingChange change = read(bytes);
    if (change == null) {
      return;
    }
    if (change.binding() != null) {
      scanned++;
    }
    Long heard = duringScan.get(change.id());
    if (heard == null || heard < change.version()) {
      take(change);
    }
  }

  private void take(BindingChange change) {
    BindingStore.Sink table = sink;
    if (table == null || outbox.hasNewer(change.id(), change.version())) {
      stale.add();
      return;
    }
    received.add();
    Binding binding = change.binding();
    if (binding == null) {
      table.remove(change.aor(), change.id());
    } else {
      table.put(change.aor(), binding);
    }
  }

  private @Nullable BindingChange read(byte[] bytes) {
    BindingChange change = BindingChange.read(bytes);
    if (change == null) {
      unreadable.add();
    }
    return change;
  }
}
