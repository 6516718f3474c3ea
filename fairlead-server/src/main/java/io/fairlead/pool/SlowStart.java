// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.health.HealthState;
import org.jspecify.annotations.Nullable;

/**
 * How far a backend that came back is on its way to its full share.
 *
 * <pre>
 *   FULL --away--> AWAY --takes calls--> DUE --first look at the clock--> RISING --window over--> FULL
 * </pre>
 *
 * <p>Written on the pools' home loop, for a new backend by the one thread that builds the pool.
 * Shared: see docs/ownership.md.
 */
final class SlowStart {
  private enum State {
    FULL,
    AWAY,
    DUE,
    RISING
  }

  private State state = State.FULL;
  private long sinceNs;
  private volatile double factor = 1;

  /** What it has of its weight now, 1 for all of it. */
  double factor() {
    return factor;
  }

  /** It is new in a pool that has others: it rises from the next {@link #look} on. */
  void fresh(SlowStartSettings settings) {
    state = State.DUE;
    factor = settings.factor(0);
  }

  /** Its health is this now. One that is only full for a moment has not been away. */
  void onHealth(HealthState health) {
    switch (health) {
      case DOWN, EJECTED, DRAINING, MAINTENANCE -> {
        state = State.AWAY;
        factor = 1;
      }
      case HEALTHY, DEGRADED -> state = state == State.AWAY ? State.DUE : state;
      case SATURATED -> {}
    }
  }

  /**
   * Brings the factor up to date.
   *
   * @param settings null when nothing rises slowly
   * @return true while it rises
   */
  boolean look(@Nullable SlowStartSettings settings, long nowNs) {
    switch (state) {
      case FULL, AWAY -> {}
      case DUE -> {
        sinceNs = nowNs;
        rise(settings, nowNs);
      }
      case RISING -> rise(settings, nowNs);
    }
    return state == State.RISING;
  }

  private void rise(@Nullable SlowStartSettings settings, long nowNs) {
    long elapsedNs = nowNs - sinceNs;
    boolean over = settings == null || elapsedNs >= settings.window().toNanos();
    state = over ? State.FULL : State.RISING;
    factor = over || settings == null ? 1 : settings.factor(elapsedNs);
  }
}
