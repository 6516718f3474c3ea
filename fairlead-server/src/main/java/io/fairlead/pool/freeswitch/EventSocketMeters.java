// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslSessionError;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** The meters of one event socket. Owned by one loop, the pool's home. */
final class EventSocketMeters {
  private static final Meter[] GAUGES = {
    Meter.POOL_ESL_UP,
    Meter.POOL_SESSIONS,
    Meter.POOL_MAX_SESSIONS,
    Meter.POOL_IDLE_CPU,
    Meter.POOL_ROOMS
  };

  private final Meters meters;
  private final String pool;
  private final String backend;
  final Counter restarts;
  final Counter roomsUnknown;
  final Counter unreadable;

  EventSocketMeters(Meters meters, String pool, String backend) {
    this.meters = meters;
    this.pool = pool;
    this.backend = backend;
    restarts = meters.counter(Meter.POOL_RESTARTS, pool, backend);
    unreadable = meters.counter(Meter.POOL_ESL_UNREADABLE, pool, backend);
    roomsUnknown = meters.counter(Meter.POOL_ROOMS_UNKNOWN, pool, backend);
    for (EslSessionError problem : EslSessionError.values()) {
      problem(problem);
    }
  }

  /** Has the gauges read from the subject. */
  void watch(FreeSwitch subject) {
    meters.gauge(Meter.POOL_ESL_UP, () -> subject.link().connected() ? 1 : 0, pool, backend);
    figure(Meter.POOL_SESSIONS, subject, HeartbeatFigures::sessions);
    figure(Meter.POOL_MAX_SESSIONS, subject, HeartbeatFigures::maxSessions);
    // Given in thousandths.
    figure(Meter.POOL_IDLE_CPU, subject, figures -> Math.round(figures.idleCpu() * 10));
    meters.gauge(Meter.POOL_ROOMS, subject::rooms, pool, backend);
  }

  private void figure(Meter meter, FreeSwitch subject, ToLongFunction<HeartbeatFigures> what) {
    meters.gauge(
        meter,
        () -> {
          HeartbeatFigures figures = subject.backend().figures();
          return figures == null ? 0 : what.applyAsLong(figures);
        },
        pool,
        backend);
  }

  /** Forgets the gauges. */
  void forget() {
    for (Meter gauge : GAUGES) {
      meters.remove(gauge, pool, backend);
    }
  }

  Counter problem(EslSessionError problem) {
    String reason = problem.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return meters.counter(Meter.POOL_ESL_PROBLEMS, pool, backend, reason);
  }
}
