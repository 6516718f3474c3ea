// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One that takes the least loaded backend, and keeps them in order for that. Before each pick it
 * corrects those whose load its own loop has changed, and one more for what other loops did; so a
 * pick costs the same for any number of backends.
 *
 * <p>Owned by one loop.
 */
abstract sealed class LoadOrderedBalancer implements Balancer
    permits LeastCallsBalancer, LeastLoadBalancer {
  private static final int TRIES = 4;

  final RandomGenerator random;
  private final DirtyBackends trail = new DirtyBackends();

  LoadOrderedBalancer(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public @Nullable Backend pick(AvailableBackends available, long key) {
    refresh(available);
    if (available.size() == 0) {
      return null;
    }
    for (int i = 0; i < TRIES; i++) {
      int drawn = draw();
      // Read anew: another loop may have added calls since it was looked at last.
      if (!correct(available, drawn) && available.free(drawn)) {
        return available.get(drawn);
      }
    }
    return FallbackScan.at(available, leastFree(available));
  }

  private void refresh(AvailableBackends available) {
    if (trail.leads(available)) {
      for (int i = trail.next(available); i != FallbackScan.NONE; i = trail.next(available)) {
        correct(available, i);
      }
    }
    if (!trail.leads(available)) {
      trail.begin(available);
      rebuild(available);
    } else if (available.size() > 0) {
      correct(available, trail.turn(available));
    }
  }

  /** The index of one that is least loaded, as far as is known; there must be backends. */
  abstract int draw();

  /** That of the least loaded that is free, or {@link FallbackScan#NONE}. */
  abstract int leastFree(AvailableBackends available);

  /** Looks at one again; true when its load was not the one known. */
  abstract boolean correct(AvailableBackends available, int index);

  /** Begins anew with another list. */
  abstract void rebuild(AvailableBackends available);
}
