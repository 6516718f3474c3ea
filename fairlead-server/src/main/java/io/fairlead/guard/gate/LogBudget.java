// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many refusals get a line in the log, for the whole node.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class LogBudget {
  private final AtomicLong emptyNs = new AtomicLong(Long.MIN_VALUE);
  private volatile MessageRate rate;

  LogBudget(MessageRate rate) {
    this.rate = rate;
  }

  void rate(MessageRate next) {
    rate = next;
  }

  /** True when one more may have a line; of two at the same moment one may go without. */
  boolean take(long nowNs) {
    MessageRate now = rate;
    long before = emptyNs.get();
    long next = Math.max(before, nowNs) + now.stepNs();
    return next - nowNs <= now.period().toNanos() && emptyNs.compareAndSet(before, next);
  }
}
