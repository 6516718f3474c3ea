// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.store.SharedCounts;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The limits that all nodes count together: which keys have changed here, and what the others have.
 * A node may use its part of what is free without telling, and tells at once when that is used up
 * or when it hears from another.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class ClusterLimits implements SharedCounts {
  private record Changed(Limit limit, LimitEntry entry) {}

  private final Limits limits;
  private final Queue<Changed> changes = new ConcurrentLinkedQueue<>();
  private volatile Runnable hurry = () -> {};
  private volatile boolean listened;
  private volatile int nodes = 1;

  ClusterLimits(Limits limits) {
    this.limits = limits;
  }

  /**
   * From now on somebody asks what has changed.
   *
   * @param soon asks for being asked at once
   */
  public void listen(Runnable soon) {
    hurry = soon;
    listened = true;
  }

  /** A call has joined or left a key. On any loop. */
  void onChange(Limit limit, LimitEntry entry) {
    if (!listened || limit.settings().scope() != LimitSettings.Scope.CLUSTER) {
      return;
    }
    if (entry.queue()) {
      changes.add(new Changed(limit, entry));
    }
    Integer most = limit.settings().maxCalls();
    int calls = entry.calls();
    int told = entry.told;
    if (most != null && (calls - told) * nodes >= most - told - entry.elsewhere()) {
      hurry.run();
    }
  }

  // ---- on the keeper's thread ----

  @Override
  public void changed(Consumer<NodeCount> to) {
    for (Changed each = changes.poll(); each != null; each = changes.poll()) {
      // Said before it is looked at: whoever changes it from now on queues it again.
      each.entry().unqueue();
      to.accept(count(each.limit(), each.entry()));
    }
  }

  @Override
  public void all(Consumer<NodeCount> to) {
    for (Limit limit : limits.rules().all()) {
      if (limit.settings().scope() == LimitSettings.Scope.CLUSTER) {
        for (LimitEntry entry : limit.table().entries()) {
          if (entry.calls() > 0) {
            to.accept(count(limit, entry));
          }
        }
      }
    }
  }

  private static NodeCount count(Limit limit, LimitEntry entry) {
    int calls = entry.calls();
    entry.told = calls;
    String key = limit.name() + ":" + Long.toHexString(entry.value);
    return new NodeCount(key, calls, entry.text());
  }

  @Override
  public void elsewhere(NodeCount sum) {
    int colon = sum.key().lastIndexOf(':');
    if (colon < 0) {
      return;
    }
    String name = sum.key().substring(0, colon);
    for (Limit limit : limits.rules().all()) {
      if (limit.name().equals(name) && limit.settings().scope() == LimitSettings.Scope.CLUSTER) {
        long hash = Long.parseUnsignedLong(sum.key().substring(colon + 1), 16);
        set(limit, new KeyHash(hash), sum);
      }
    }
  }

  private void set(Limit limit, KeyHash key, NodeCount sum) {
    long nowNs = System.nanoTime();
    LimitTable table = limit.table();
    LimitEntry entry = table.find(key);
    while (true) {
      if (entry == null) {
        if (sum.count() == 0 || table.size() >= limit.settings().maxKeys()) {
          return;
        }
        entry = table.open(key.value, sum.shown().getBytes(StandardCharsets.UTF_8), limit);
      }
      entry.elsewhere(sum.count());
      if (!entry.retired()) {
        break;
      }
      table.drop(entry);
      entry = null;
    }
    if (sum.count() == 0) {
      table.left(entry, limits.clock(nowNs));
    }
  }

  @Override
  public void nodes(int living) {
    nodes = living;
  }
}
