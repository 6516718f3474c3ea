// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.health.Ewma;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What requests to one backend came to: counted, and told to its pool where it may follow that the
 * backend is busy or to be set aside. Reports come from any loop. Shared: see docs/ownership.md.
 */
final class Outcomes {
  private final Backend backend;
  private final BackendMeters meters;
  private final Ewma latency = new Ewma();
  private final AtomicInteger serverErrors = new AtomicInteger();
  private final AtomicInteger silences = new AtomicInteger();
  private volatile boolean busy;

  Outcomes(Backend backend, BackendMeters meters) {
    this.backend = backend;
    this.meters = meters;
  }

  /** Moving mean of the time to the first answer, 0 when not known yet. */
  long latencyNs() {
    return latency.ns();
  }

  /** A check was answered after so long. */
  void checked(long elapsedNs) {
    latency.add(elapsedNs);
  }

  /** The first answer came, provisional or final. */
  void answered(int status, long elapsedNs) {
    latency.add(elapsedNs);
    if (status >= 200) {
      outcome(status, elapsedNs, 0);
    } else if (silences.getOpaque() != 0) {
      silences.set(0);
    }
  }

  /** The final answer came after a provisional one. */
  void completed(int status, long elapsedNs) {
    outcome(status, elapsedNs, 0);
  }

  /** A 503 came. */
  void refused(long elapsedNs, int retryAfterSeconds) {
    outcome(503, elapsedNs, retryAfterSeconds);
  }

  private void outcome(int status, long elapsedNs, int retryAfterSeconds) {
    meters.outcome(status).add();
    if (status < 300) {
      meters.setUp.record(elapsedNs);
    }
    if (silences.getOpaque() != 0) {
      silences.set(0);
    }
    if (status == 503) {
      busy = true;
      backend.tell(owner -> owner.onBusy(backend, retryAfterSeconds));
    } else if (busy) {
      busy = false;
      backend.tell(owner -> backend.condition().onNotBusy());
    }
    if (status == 500 || status == 502 || status == 504) {
      int count = serverErrors.incrementAndGet();
      backend.tell(owner -> owner.onServerErrors(backend, count));
    } else if (status != 503 && serverErrors.getOpaque() != 0) {
      serverErrors.set(0);
    }
  }

  /** No answer came in time. */
  void silent() {
    meters.timeouts.add();
    int count = silences.incrementAndGet();
    backend.tell(owner -> owner.onSilences(backend, count));
  }

  /** Errors and silences so far are answered for. */
  void forget() {
    serverErrors.set(0);
    silences.set(0);
  }
}
