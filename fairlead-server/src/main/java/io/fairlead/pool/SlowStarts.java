// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at those of a pool's backends that ramp, so often that each look changes little. Owned by
 * the pools' home loop.
 */
final class SlowStarts {
  private static final int STEPS = 60;
  private static final long SHORTEST_NS = Duration.ofMillis(250).toNanos();

  private final List<Backend> backends;
  private final @Nullable SlowStartSettings settings;
  private final Loop home;
  private final Timer next;
  private boolean closed;

  /**
   * Begins with the first {@link #look}.
   *
   * @param settings null when nothing ramps
   * @param renew run when it is time to look again
   */
  SlowStarts(
      List<Backend> backends, @Nullable SlowStartSettings settings, Loop home, Runnable renew) {
    this.backends = backends;
    this.settings = settings;
    this.home = home;
    this.next = Timer.of(renew);
  }

  /** Brings all ramps up to date. */
  void look() {
    boolean rising = false;
    for (Backend backend : backends) {
      rising |= backend.capacity().ramp().look(settings, home.nowNs());
    }
    home.timers().cancel(next);
    if (rising && settings != null && !closed) {
      home.timers().schedule(next, Math.max(SHORTEST_NS, settings.window().toNanos() / STEPS));
    }
  }

  /** How old a pool must be before who is new in it ramps. */
  long startNs() {
    return settings == null ? 0 : settings.window().toNanos();
  }

  void close() {
    closed = true;
    home.timers().cancel(next);
  }
}
