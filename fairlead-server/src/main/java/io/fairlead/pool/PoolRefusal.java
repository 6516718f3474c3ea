// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.health.HealthState;
import java.util.List;

/** Says, and counts, why a pool had no backend for a request. Immutable. */
final class PoolRefusal {
  private final String pool;
  private final List<Backend> backends;
  private final Meters meters;

  PoolRefusal(String pool, List<Backend> backends, Meters meters) {
    this.pool = pool;
    this.backends = backends;
    this.meters = meters;
  }

  /** For a request that asks nothing of a backend but that it takes calls. */
  RefusalCause nobody() {
    RefusalCause cause = RefusalCause.NO_HEALTHY_BACKEND;
    for (Backend backend : backends) {
      HealthState state = backend.health().state();
      boolean full = state.takesCalls() && backend.full();
      if (full || state == HealthState.SATURATED) {
        cause = RefusalCause.OVERFLOW;
      }
    }
    return counted(cause);
  }

  /** For a request that asks this. */
  RefusalCause nobody(PickRequest demand) {
    RefusalCause cause = RefusalCause.NO_HEALTHY_BACKEND;
    for (Backend backend : backends) {
      boolean asked = backend.settings().weight() > 0 && !demand.tried().contains(backend);
      // Such a one would have been picked, were it not for room.
      if (asked
          && backend.hasAny(demand)
          && backend.address() != null
          && backend.health().state().alive()) {
        cause = RefusalCause.OVERFLOW;
      }
    }
    return counted(cause);
  }

  /** The one backend that could take it has no room. */
  RefusalCause overflow() {
    return counted(RefusalCause.OVERFLOW);
  }

  private RefusalCause counted(RefusalCause cause) {
    meters.counter(Meter.POOL_NOBODY, pool, cause.flag()).add();
    return cause;
  }
}
