// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.observe.Counter;
import io.fairlead.observe.FailureBlame;
import io.fairlead.observe.Histogram;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.pool.health.CheckResult;

/** The meters of one backend, looked up once. Shared: see docs/ownership.md. */
final class BackendMeters {
  private static final int CLASSES = 6;

  private final Meters meters;
  private final String pool;
  private final String backend;
  private final Counter[] outcomes = new Counter[CLASSES + 1];
  private final Counter[] faults = new Counter[FailureBlame.values().length];
  private final Counter[] checks = new Counter[CheckResult.values().length];

  final Counter picks;
  final Counter timeouts;
  final Counter unreachable;
  final Counter ejections;
  final Counter overdue;
  final Histogram setUp;

  BackendMeters(Meters meters, String pool, String backend) {
    this.meters = meters;
    this.pool = pool;
    this.backend = backend;
    picks = meters.counter(Meter.POOL_PICKS, pool, backend);
    for (int i = 2; i <= CLASSES; i++) {
      outcomes[i] = meters.counter(Meter.POOL_OUTCOMES, pool, backend, i + "xx");
    }
    outcomes[0] = outcomes[1] = outcomes[2];
    timeouts = meters.counter(Meter.POOL_FAILURES, pool, backend, "timeout");
    unreachable = meters.counter(Meter.POOL_FAILURES, pool, backend, "transport");
    overdue = meters.counter(Meter.POOL_DRAINS_OVERDUE, pool, backend);
    ejections = meters.counter(Meter.POOL_EJECTIONS, pool, backend);
    for (CheckResult result : CheckResult.values()) {
      checks[result.ordinal()] = meters.counter(Meter.POOL_CHECKS, pool, backend, result.text());
    }
    for (FailureBlame blame : FailureBlame.FAULTS) {
      faults[blame.ordinal()] =
          meters.counter(Meter.POOL_FAULTS, pool, backend, blame.fault(), blame.evidence());
    }
    setUp = meters.histogram(Meter.POOL_SETUP, pool, backend);
  }

  /** Has the gauges read from the backend. */
  void watch(Backend subject) {
    meters.gauge(Meter.POOL_CALLS, subject::load, pool, backend);
    meters.gauge(Meter.POOL_STATE, () -> subject.health().state().ordinal(), pool, backend);
  }

  /** Forgets the gauges of a backend that is gone. */
  void forget() {
    meters.remove(Meter.POOL_CALLS, pool, backend);
    meters.remove(Meter.POOL_STATE, pool, backend);
  }

  Counter check(CheckResult result) {
    return checks[result.ordinal()];
  }

  Counter fault(FailureBlame blame) {
    return faults[blame.ordinal()];
  }

  /** How many final answers it gave. */
  long finals() {
    long sum = 0;
    for (int i = 2; i <= CLASSES; i++) {
      sum += outcomes[i].value();
    }
    return sum;
  }

  Counter outcome(int status) {
    return outcomes[Math.clamp(status / 100, 2, CLASSES)];
  }

  /** The numbers now, beside those that are counted elsewhere. */
  BackendStatistics statistics(long chosen, int live, long latencyNs) {
    long failed = outcome(500).value() + timeouts.value() + unreachable.value();
    return new BackendStatistics(chosen, live, outcome(200).value(), failed, latencyNs);
  }
}
