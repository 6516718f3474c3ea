// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.observe.Counter;

/**
 * Decides which sources the kernel should not let through for a while. As long as few messages are
 * dropped, none: then it costs nothing to drop them here, and who shares an address with a bad one
 * has his chance with each message. When many are, each untrusted source that is over its budget is
 * muted for about half the time of the budget. On average as much of it is heard as before: its
 * debt goes down meanwhile. The times are scattered, so that sources that were muted together do
 * not come back together.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class FloodRelief {
  // Some hundredths of a core, a microsecond each.
  private static final MessageRate ENOUGH = MessageRate.parse("2000/s");
  // What waits in the socket still comes while the kernel is told.
  private static final long TOLD_NS = 500_000_000L;
  private static final int LONGEST_MS = 30_000;

  private final LogBudget dropped = new LogBudget(ENOUGH);
  private final SourceBuckets told;
  private final Counter muted;
  private volatile SourceMuting muting = SourceMuting.NONE;

  /**
   * @param forgotten counts sources that may be told twice
   * @param muted counts those that were told
   */
  FloodRelief(int sources, Counter forgotten, Counter muted) {
    told = new SourceBuckets(sources, forgotten);
    this.muted = muted;
  }

  void muting(SourceMuting by) {
    muting = by;
  }

  /** A message that came by UDP was dropped for its source's budget. Any loop. */
  void dropped(long source, MessageRate budget, long nowNs) {
    if (dropped.take(nowNs) || told.isMarked(source, nowNs)) {
      return;
    }
    told.mark(source, nowNs, TOLD_NS);
    long halfMs = Math.min(LONGEST_MS, budget.period().toMillis() / 2);
    long scattered = (source * 0x9e3779b97f4a7c15L ^ nowNs) >>> 32;
    if (muting.mute(source, (int) (halfMs / 2 + scattered % (halfMs + 1)))) {
      muted.add();
    }
  }
}
