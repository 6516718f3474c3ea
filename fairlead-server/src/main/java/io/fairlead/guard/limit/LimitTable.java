// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one limit, no more than its max-keys; it outlives a reload. A key leaves when no call
 * holds it and no rate remembers it.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class LimitTable {
  private final ConcurrentMap<KeyHash, LimitEntry> entries = new ConcurrentHashMap<>();

  /** How many keys there are. */
  int size() {
    return entries.size();
  }

  /** All of them, as they are while one looks. */
  Collection<LimitEntry> entries() {
    return entries.values();
  }

  @Nullable LimitEntry find(KeyHash key) {
    return entries.get(key);
  }

  /**
   * The entry of a key; null when there is no room for it.
   *
   * @param probe its hash
   * @param shown the key for people
   */
  @Nullable LimitEntry open(KeyHash probe, KeyBuffer shown, Limit limit) {
    if (entries.size() >= limit.settings().maxKeys()) {
      return null;
    }
    return open(probe.value, shown.shown(), limit);
  }

  /**
   * One that another node has told of, or that is known from before.
   *
   * @param shown the key for people, UTF-8
   */
  LimitEntry open(long hash, byte[] shown, Limit limit) {
    LimitEntry opened = new LimitEntry(hash, shown, limit);
    LimitEntry other = entries.putIfAbsent(opened, opened);
    return other == null ? opened : other;
  }

  /** A call has left it. */
  void left(LimitEntry entry, LimitClock at) {
    if (entry.restful(at)) {
      drop(entry);
    }
  }

  /** Drops one that is out of use. */
  void drop(LimitEntry entry) {
    if (entry.retired() || entry.retire()) {
      entries.remove(entry, entry);
    }
  }

  /** Drops all that need not be remembered; takes its time. */
  void sweep(LimitClock at) {
    for (LimitEntry each : entries.values()) {
      if (each.restful(at)) {
        drop(each);
      }
    }
  }
}
