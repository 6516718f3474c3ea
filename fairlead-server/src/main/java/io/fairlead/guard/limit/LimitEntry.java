// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One key of a limit: the calls that hold it, and what its rates remember. A call joins and leaves
 * once, which its {@link CallLimits} sees to, so the number is that of a set.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class LimitEntry {
  /** Between two lines about the same key. */
  private static final long LINE_EACH_MS = 60_000;

  /** How long the numbers of a key are remembered that calls no more: as long as a holiday. */
  private static final long REMEMBERED_MS = 14L * 24 * 3600 * 1000;

  /** How long a key is shown that was over its limit. */
  private static final long SHOWN_MS = 600_000;

  private static final long GONE = -1;
  private static final int SUM_BITS = 44;
  private static final long ONE = 1L << SUM_BITS;
  private static final long SUM = ONE - 1;

  final KeyHash key;
  final String text;
  final CellRate perSecond;
  final CellRate rate;
  final CellRate fresh;
  final @Nullable DestinationMemory destinations;
  final @Nullable UsedTime used;

  /** Whether it waits to be told to other nodes; how many calls they were told of last. */
  final AtomicBoolean queued = new AtomicBoolean();

  volatile int told;

  // How many calls hold it, and behind that the sum of the seconds at which they began: one number,
  // so that both are of the same moment.
  private final AtomicLong live = new AtomicLong();
  private final AtomicInteger elsewhere = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();
  private volatile long refusedMs;
  private final AtomicLong toldMs = new AtomicLong();
  private volatile long calledMs;

  LimitEntry(KeyHash key, String text, Limit limit, long nowNs) {
    this.key = key;
    this.text = text;
    this.perSecond = new CellRate(nowNs);
    this.rate = new CellRate(nowNs);
    this.fresh = new CellRate(nowNs);
    LimitRate minutes = limit.settings().maxMinutes();
    this.used = minutes == null ? null : new UsedTime(minutes.window().toSeconds());
    this.destinations = limit.settings().newDestinations() == null ? null : new DestinationMemory();
  }

  /** What became of a call that wants to join. */
  enum Join {
    JOINED,
    FULL,
    /** The entry is in the table no more: look again. */
    GONE
  }

  /**
   * A call more, when there are fewer than so many.
   *
   * @param second when it begins, from any fixed time on
   */
  Join join(int most, long second) {
    while (true) {
      long now = live.get();
      if (now == GONE) {
        return Join.GONE;
      }
      if ((now >>> SUM_BITS) + elsewhere.get() >= most) {
        return Join.FULL;
      }
      if (live.compareAndSet(now, now + ONE + second)) {
        return Join.JOINED;
      }
    }
  }

  /**
   * A call less; true when it was the last.
   *
   * @param second the one it joined with
   */
  boolean leave(long second) {
    return live.addAndGet(-ONE - second) >>> SUM_BITS == 0;
  }

  /** Calls of this node that hold it. */
  int calls() {
    long now = live.get();
    return now == GONE ? 0 : (int) (now >>> SUM_BITS);
  }

  /** Calls of other nodes that hold it, as far as is known. */
  int elsewhere() {
    return elsewhere.get();
  }

  /** The other nodes have so many. */
  void elsewhere(int calls) {
    elsewhere.set(calls);
  }

  /** Seconds that the calls which hold it have lasted. */
  long lasted(long second) {
    long now = live.get();
    return now == GONE ? 0 : Math.max(0, (now >>> SUM_BITS) * second - (now & SUM));
  }

  /** Takes it out of use when no call holds it; true when that was so. */
  boolean retire() {
    return elsewhere.get() == 0 && live.compareAndSet(0, GONE);
  }

  boolean retired() {
    return live.get() == GONE;
  }

  void refused(long nowMs) {
    refused.incrementAndGet();
    refusedMs = nowMs;
  }

  long refused() {
    return refused.get();
  }

  /** When it was over the limit last, epoch milliseconds; 0 for never. */
  long refusedMs() {
    return refusedMs;
  }

  /** True when a line about it is due. */
  boolean tells(long nowMs) {
    long last = toldMs.get();
    return nowMs - last >= LINE_EACH_MS && toldMs.compareAndSet(last, nowMs);
  }

  /** Notes that it calls. */
  void called(long nowMs) {
    calledMs = nowMs;
  }

  /** True when nothing of it need be remembered. */
  boolean restful(LimitClock at) {
    return calls() == 0
        && perSecond.idle(at.nowNs())
        && rate.idle(at.nowNs())
        && fresh.idle(at.nowNs())
        && (refused.get() == 0 || at.nowMs() - refusedMs >= SHOWN_MS)
        && (destinations == null
            || destinations.isEmpty()
            || at.nowMs() - calledMs >= REMEMBERED_MS)
        && (used == null || used.sum(at.second()) == 0);
  }
}
