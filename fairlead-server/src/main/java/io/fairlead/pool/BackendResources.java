// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dialog.CallResource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How much of its named resources a backend has left. A transcoder has exactly so many places, so
 * what is taken is counted in one number that no two loops can pass together; few calls ask for a
 * resource, so that they rarely meet there. Shared: see docs/ownership.md.
 */
public final class BackendResources {
  private final Map<String, AtomicInteger> taken = new ConcurrentHashMap<>();
  private volatile Map<String, Integer> capacities = Map.of();

  /** One of a resource, taken by a call. Owned by one loop. */
  private static final class Portion implements CallResource {
    private final AtomicInteger taken;
    private boolean held = true;

    Portion(AtomicInteger taken) {
      this.taken = taken;
    }

    @Override
    public void release() {
      if (held) {
        held = false;
        taken.decrementAndGet();
      }
    }
  }

  /** It has so much of each from now on; what is taken stays taken. */
  void has(Map<String, Integer> each) {
    capacities = each;
  }

  /** True when it has the resource at all. */
  public boolean names(String resource) {
    return capacities.getOrDefault(resource, 0) > 0;
  }

  /** How many of a resource are taken. */
  public int taken(String resource) {
    AtomicInteger count = taken.get(resource);
    return count == null ? 0 : count.getOpaque();
  }

  /** True when one is left. */
  public boolean left(String resource) {
    return taken(resource) < capacities.getOrDefault(resource, 0);
  }

  /** Takes one; null when none is left. */
  public @Nullable CallResource take(String resource) {
    int capacity = capacities.getOrDefault(resource, 0);
    AtomicInteger count = count(resource);
    int now = count.get();
    while (now < capacity) {
      if (count.compareAndSet(now, now + 1)) {
        return new Portion(count);
      }
      now = count.get();
    }
    return null;
  }

  /** Takes one for a call that has it already, whether one is left or not. */
  public CallResource use(String resource) {
    AtomicInteger count = count(resource);
    count.incrementAndGet();
    return new Portion(count);
  }

  private AtomicInteger count(String resource) {
    return taken.computeIfAbsent(resource, r -> new AtomicInteger());
  }
}
