// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs work off the loops, of all loops together no more than so many pieces at once.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class WorkLimit {
  private final Executor executor;
  private final int most;
  private final AtomicInteger running = new AtomicInteger();

  WorkLimit(Executor executor, int most) {
    this.executor = executor;
    this.most = most;
  }

  /** Runs it; false when too much is running, and it is not. */
  boolean run(Runnable work) {
    if (running.incrementAndGet() > most) {
      running.decrementAndGet();
      return false;
    }
    executor.execute(() -> {
      try {
        work.run();
      } finally {
        running.decrementAndGet();
      }
    });
    return true;
  }
}
