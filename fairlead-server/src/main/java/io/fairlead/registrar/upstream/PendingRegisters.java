// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.observe.RefusalCause;
import io.fairlead.route.RequestLog;

/**
 * The REGISTERs that one loop has under way to registrars behind us, and whether more may begin.
 *
 * <p>Owned by one loop.
 */
final class PendingRegisters {
  private final RequestLog log;
  private boolean draining;
  private int unfinished;

  PendingRegisters(RequestLog log) {
    this.log = log;
  }

  /** From now on nothing new begins. */
  void drain() {
    draining = true;
  }

  boolean draining() {
    return draining;
  }

  /** Those without a final answer. A reading from another thread may be old. */
  int unfinished() {
    return unfinished;
  }

  /** One has begun to wait for its final answer. */
  void begun() {
    unfinished++;
  }

  /** It waits no more. */
  void settled() {
    unfinished--;
  }

  /** One was answered. */
  void ended(IncomingRegister arrival, int status, RefusalCause cause, long nowNs) {
    log.write(arrival.record().answered(status, nowNs).cause(cause));
    log.outcome(arrival.route(), status, cause);
  }
}
