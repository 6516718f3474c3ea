// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.pool.Backend;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets backends aside because of what became of calls to them, but never so many that the rest must
 * carry too much.
 *
 * <p>Owned by one loop, the pool's home.
 */
public final class OutlierDetector {
  private static final Logger LOG = LoggerFactory.getLogger(OutlierDetector.class);

  private final OutlierSettings settings;
  private final String pool;
  private final List<Backend> backends;

  /** A detector over the backends of the named pool. */
  public OutlierDetector(OutlierSettings settings, String pool, List<Backend> backends) {
    this.settings = settings;
    this.pool = pool;
    this.backends = backends;
  }

  /** So many requests in a row failed that another backend did better with. */
  public void onFailures(Backend backend, int count) {
    if (count >= settings.consecutive5xx()) {
      eject(backend, count + " requests in a row failed, not so elsewhere", true);
    }
  }

  /** A run of failures proves that the fault is its own. */
  public void onRun(Backend backend, String why) {
    eject(backend, why, true);
  }

  /** So many requests in a row got no answer. */
  public void onSilences(Backend backend, int count) {
    if (count >= settings.consecutiveLocalOriginFailure()) {
      eject(backend, count + " requests in a row got no answer", false);
    }
  }

  /** It cannot be reached, and no check will tell when it can be again. */
  public void onUnreachable(Backend backend, String why) {
    eject(backend, why, false);
  }

  private void eject(Backend backend, String why, boolean answered) {
    HealthState state = backend.health().state();
    if (backend.condition().ejected() || state == HealthState.DOWN) {
      return;
    }
    long ejected = backends.stream().filter(other -> other.condition().ejected()).count();
    double allowed = backends.size() * settings.maxEjectionPercent().fraction();
    if (ejected > 0 && ejected + 1 > allowed) {
      LOG.debug("backend {} of pool {} is not ejected, {} are already", backend, pool, ejected);
      return;
    }
    backend.outcomes().ejected();
    backend.condition().eject(settings, why, answered);
  }
}
