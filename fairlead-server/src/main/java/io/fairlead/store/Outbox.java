// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Changes made here that the shared store does not have yet, the newest of each binding only, and
 * for some seconds the versions of those it has: what others told before they knew must not undo
 * them. Shared: see docs/ownership.md.
 */
final class Outbox {
  // Longer than a message of the store may be under way.
  private static final long REMEMBER_MS = 5_000;

  private record Sent(long version, long forgetMs) {}

  private final int limit;
  private final Map<Long, BindingChange> unsent = new ConcurrentHashMap<>();
  private final Map<Long, Sent> sent = new ConcurrentHashMap<>();

  /**
   * @param limit no more changes are held than this
   */
  Outbox(int limit) {
    this.limit = limit;
  }

  /**
   * Holds a change until it is sent, in place of an earlier one of the same binding.
   *
   * @return false when there is no room
   */
  boolean add(BindingChange change) {
    if (unsent.size() >= limit && !unsent.containsKey(change.id())) {
      return false;
    }
    unsent.put(change.id(), change);
    return true;
  }

  /** True when a change made here is newer than that version of the binding. */
  boolean hasNewer(long id, long version) {
    BindingChange waiting = unsent.get(id);
    if (waiting != null && waiting.version() >= version) {
      return true;
    }
    Sent known = sent.get(id);
    return known != null && known.version() >= version;
  }

  /** Up to so many that wait. */
  List<BindingChange> next(int count) {
    List<BindingChange> batch = new ArrayList<>();
    for (BindingChange change : unsent.values()) {
      batch.add(change);
      if (batch.size() == count) {
        break;
      }
    }
    return batch;
  }

  /** The store has these. */
  void sent(List<BindingChange> batch, long nowMs) {
    sent.values().removeIf(known -> known.forgetMs < nowMs);
    for (BindingChange change : batch) {
      if (sent.size() < limit) {
        sent.put(change.id(), new Sent(change.version(), nowMs + REMEMBER_MS));
      }
      unsent.remove(change.id(), change);
    }
  }

  int size() {
    return unsent.size();
  }
}
