// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.observe.FailureBlame;
import io.fairlead.pool.blame.FailureStreak;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.pool.health.HealthMonitor;
import io.fairlead.pool.health.HealthSettings;
import io.fairlead.pool.health.OutlierDetector;
import io.fairlead.pool.health.OutlierSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows for a backend from what requests to it came to. One that is charged is saturated or
 * ejected. Failures that nobody else was asked about charge it when there are several in a row, for
 * different destinations, and the other backends answer so well that such a run cannot be chance.
 *
 * <p>On the pool's home loop; what is suspected may be read by any. Shared: see docs/ownership.md.
 */
final class FailureConsequences {
  private static final Duration BUSY = Duration.ofSeconds(2);
  // A failing share is never taken for zero, however few answers there are.
  private static final double PRIOR = 0.1;
  private static final long NONE = 0;

  private final PoolSettings settings;
  private final List<Backend> backends;
  private final @Nullable OutlierDetector outliers;
  private @Nullable HealthMonitor monitor;
  private volatile long suspect;

  FailureConsequences(PoolSettings settings, String pool, List<Backend> backends) {
    this.settings = settings;
    this.backends = backends;
    OutlierSettings outlier = settings.outlierDetection();
    this.outliers = outlier == null ? null : new OutlierDetector(outlier, pool, backends);
  }

  void monitor(HealthMonitor next) {
    monitor = next;
  }

  // ---- with evidence ----

  /** Another backend did better; of failures that are no refusals so many in a row. */
  void onCharged(Backend backend, ResponseVerdict reply, int retryAfterSeconds, int count) {
    if (reply.busy()) {
      busy(backend, "answered a call with 503 that another backend took", retryAfterSeconds);
    } else if (outliers != null) {
      outliers.onFailures(backend, count);
    }
  }

  private void busy(Backend backend, String why, int retryAfterSeconds) {
    HealthSettings health = settings.health();
    Duration first = health == null ? BUSY : health.saturatedInterval();
    Duration longest = settings.failover().retryAfterMax();
    Duration wanted = Duration.ofSeconds(retryAfterSeconds);
    if (retryAfterSeconds > 0 && wanted.compareTo(longest) < 0) {
      longest = wanted;
    }
    backend.condition().onBusy(why, first.toNanos(), longest.toNanos());
  }

  void onSilences(Backend backend, int count) {
    if (outliers != null) {
      outliers.onSilences(backend, count);
    }
  }

  void onUnreachable(Backend backend, String why) {
    if (monitor != null) {
      backend.condition().onUnreachable(why);
      monitor.hasten(backend);
    } else if (outliers != null) {
      outliers.onUnreachable(backend, why);
    }
  }

  // ---- without ----

  /** It refused a call: its event socket tells whether it has room, else several refusals do. */
  void onRefused(Backend backend, ResponseVerdict reply, long destination) {
    backend.freeSwitch().onRefused();
    OutlierSettings outlier = settings.outlierDetection();
    if (reply != ResponseVerdict.OVERLOAD || outlier == null) {
      return;
    }
    FailureStreak full = backend.outcomes().full();
    if (full.add(destination) >= outlier.consecutive5xx()) {
      full.broken();
      charge(backend, FailureBlame.NO_ROOM, reply);
      busy(backend, "answered calls to different destinations with 503", 0);
    }
  }

  /** It failed a request that nobody else was asked about. */
  void onSuspected(
      Backend backend, ResponseVerdict reply, int retryAfterSeconds, long destination) {
    OutlierSettings outlier = settings.outlierDetection();
    if (outlier == null || outliers == null || backends.size() < 2) {
      return;
    }
    FailureStreak run = backend.outcomes().failing();
    if (run.length() == 0) {
      mark(backend);
    }
    int length = run.add(destination);
    suspect = destination;
    if (length < outlier.consecutive5xx() || chance(backend, length) >= outlier.chance()) {
      return;
    }
    charge(backend, FailureBlame.DESTINATIONS, reply);
    String why = length + " calls in a row to different destinations failed, unlike elsewhere";
    if (reply.busy()) {
      run.broken();
      busy(backend, why, retryAfterSeconds);
    } else {
      outliers.onRun(backend, why);
    }
  }

  private static void charge(Backend backend, FailureBlame why, ResponseVerdict reply) {
    backend.outcomes().meters().fault(why).add();
    backend.outcomes().busy(reply);
  }

  private void mark(Backend backend) {
    long answers = 0;
    long failures = 0;
    for (Backend other : backends) {
      answers += other == backend ? 0 : other.outcomes().finals();
      failures += other == backend ? 0 : other.outcomes().failures();
    }
    backend.outcomes().share().mark(answers, failures);
  }

  // How likely so long a run is, if the backend were as the others are: since the run began and in
  // the last minute, whichever is worse. The others may have had no call since; with none at all
  // there is nothing to compare with.
  private double chance(Backend backend, int length) {
    FailureShare own = backend.outcomes().share();
    double sinceAnswers = -own.markedAnswers();
    double sinceFailures = -own.markedFailures();
    double answers = 0;
    double failures = 0;
    for (Backend other : backends) {
      if (other != backend) {
        RequestOutcomes outcomes = other.outcomes();
        sinceAnswers += outcomes.finals();
        sinceFailures += outcomes.failures();
        answers += outcomes.share().answers();
        failures += outcomes.share().failures();
      }
    }
    if (answers + sinceAnswers < 1) {
      return 1;
    }
    double share = Math.max(share(sinceFailures, sinceAnswers), share(failures, answers));
    return Math.pow(share, length);
  }

  private static double share(double failures, double answers) {
    return (failures + PRIOR) / (answers + 1);
  }

  // ---- the same destination at another backend ----

  /** True when some backend has failed a destination that may work elsewhere; from any loop. */
  boolean anySuspect() {
    return suspect != NONE;
  }

  /** True when it is this one; from any loop. */
  boolean isSuspect(long destination) {
    return suspect == destination;
  }

  /** A suspected destination works there: at the others it counts again when it fails again. */
  void onServedBy(Backend backend, long destination) {
    suspect = NONE;
    for (Backend other : backends) {
      if (other != backend) {
        other.outcomes().failing().mayCountAgain(destination);
      }
    }
  }

  /** A second has passed. */
  void age() {
    boolean any = false;
    for (Backend backend : backends) {
      backend.outcomes().share().age();
      any |= backend.outcomes().failing().length() > 0;
    }
    if (!any) {
      suspect = NONE;
    }
  }
}
