// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.SourceKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The bans that hold: of sources in a table that any loop reads, of networks in a set that is
 * swapped whole. Changed by the home loop alone. Shared: see docs/ownership.md.
 */
final class ActiveBans {
  private final Map<Cidr, Ban> bans = new ConcurrentHashMap<>();
  private final SourceTimes sources;
  private final PriorityQueue<Ban> ends =
      new PriorityQueue<>(Comparator.comparingLong(Ban::untilMs));
  private final int limit;
  private final Executor walker;
  private final Set<Cidr> banned = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean building = new AtomicBoolean();
  private volatile CidrSet networks = CidrSet.NONE;
  private volatile boolean changed;

  /**
   * @param limit most bans
   * @param walker builds the set of networks, which takes its time when there are many
   */
  ActiveBans(int limit, Executor walker) {
    this.limit = limit;
    this.walker = walker;
    sources = new SourceTimes(limit);
  }

  /** Until when a source itself is banned, epoch milliseconds; 0 when it is not. Any thread. */
  long until(long key) {
    return sources.get(key);
  }

  /** Whether a network that is banned has the source. Any thread. */
  boolean inNetwork(long key) {
    CidrSet now = networks;
    return !now.isEmpty()
        && (SourceKey.isV4(key) ? now.contains4((int) key) : now.contains6(key, 0));
  }

  /** All, in no order. Any thread. */
  Collection<Ban> all() {
    return bans.values();
  }

  int size() {
    return bans.size();
  }

  boolean isFull() {
    return bans.size() >= limit;
  }

  @Nullable Ban of(Cidr network) {
    return bans.get(network);
  }

  /** The ban of a network around it; null for none. */
  @Nullable Ban around(Cidr network) {
    for (int prefix = network.prefix() - 1; prefix >= 0; prefix--) {
      Ban found = bans.get(new Cidr(network.address(), prefix));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The ban that ends first; null for none. */
  @Nullable Ban first() {
    for (Ban next = ends.peek(); next != null; next = ends.peek()) {
      if (next.equals(bans.get(next.network()))) {
        return next;
      }
      ends.poll();
    }
    return null;
  }

  /** Takes one in, in place of one of the same source. There must be room. */
  void put(Ban ban) {
    bans.put(ban.network(), ban);
    ends.add(ban);
    if (ban.isSource()) {
      sources.put(ban.key(), ban.untilMs());
    } else {
      changed(banned.add(ban.network()));
    }
    // What was replaced stays among the ends until it comes up; not for ever.
    if (ends.size() > 2 * bans.size() + 64) {
      ends.clear();
      ends.addAll(bans.values());
    }
  }

  private void changed(boolean now) {
    if (now) {
      changed = true;
    }
  }

  /** Takes one out. */
  void remove(Ban ban) {
    if (bans.remove(ban.network(), ban)) {
      if (ban.isSource()) {
        sources.remove(ban.key());
      } else {
        changed(banned.remove(ban.network()));
      }
    }
  }

  /** Has the loops see networks as they are now; after every change, or many. */
  void publish() {
    if (changed && building.compareAndSet(false, true)) {
      walker.execute(this::build);
    }
  }

  private void build() {
    do {
      changed = false;
      networks = CidrSet.of(List.copyOf(banned));
      building.set(false);
    } while (changed && building.compareAndSet(false, true));
  }
}
