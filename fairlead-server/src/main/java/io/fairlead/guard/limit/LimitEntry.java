// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One key of a limit: the calls that hold it, and what its rates remember. A call joins and leaves
 * once, which its {@link CallLimits} sees to, so the number is that of a set. It is one object
 * without others for its numbers, since each call of somebody new makes one for each limit.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class LimitEntry extends KeyHash {
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

  private static final VarHandle LIVE = handle("live", long.class);
  private static final VarHandle REFUSED = handle("refused", long.class);
  private static final VarHandle TOLD_MS = handle("toldMs", long.class);
  private static final VarHandle QUEUED = handle("queued", boolean.class);
  private static final VarHandle PER_SECOND = handle("perSecond", CellRate.class);
  private static final VarHandle RATE = handle("rate", CellRate.class);
  private static final VarHandle FRESH = handle("fresh", CellRate.class);

  private final byte[] shown;
  final @Nullable DestinationMemory destinations;
  final @Nullable UsedTime used;

  /** How many calls other nodes were told of last. */
  volatile int told;

  private volatile boolean queued;

  // Made when they are asked for: most limits have none of them, and a reload may bring one.
  private volatile @Nullable CellRate perSecond;
  private volatile @Nullable CellRate rate;
  private volatile @Nullable CellRate fresh;

  // How many calls hold it, and behind that the sum of the seconds at which they began: one number,
  // so that both are of the same moment.
  private volatile long live;
  private volatile int elsewhere;
  private volatile long refused;
  private volatile long refusedMs;
  private volatile long toldMs;
  private volatile long calledMs;

  /**
   * @param value the hash of the key
   * @param shown the key for people, UTF-8
   */
  LimitEntry(long value, byte[] shown, Limit limit) {
    super(value);
    this.shown = shown;
    LimitRate minutes = limit.settings().maxMinutes();
    this.used = minutes == null ? null : new UsedTime(minutes.window().toSeconds());
    this.destinations = limit.settings().newDestinations() == null ? null : new DestinationMemory();
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(LimitEntry.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a field of this class", e);
    }
  }

  /** What max-cps asks. */
  CellRate perSecond(long nowNs) {
    CellRate known = perSecond;
    return known == null ? made(PER_SECOND, nowNs) : known;
  }

  /** What rate asks. */
  CellRate rate(long nowNs) {
    CellRate known = rate;
    return known == null ? made(RATE, nowNs) : known;
  }

  /** What new-destinations asks. */
  CellRate fresh(long nowNs) {
    CellRate known = fresh;
    return known == null ? made(FRESH, nowNs) : known;
  }

  private CellRate made(VarHandle field, long nowNs) {
    CellRate made = new CellRate(nowNs);
    CellRate other = (CellRate) field.compareAndExchange(this, null, made);
    return other == null ? made : other;
  }

  private static boolean idle(@Nullable CellRate rate, long nowNs) {
    return rate == null || rate.idle(nowNs);
  }

  /** The key for people. */
  String text() {
    return new String(shown, StandardCharsets.UTF_8);
  }

  /** The same as bytes, UTF-8; nobody may change them. */
  byte[] shown() {
    return shown;
  }

  /** True when it waits to be told to other nodes from now on, and did not before. */
  boolean queue() {
    return !queued && QUEUED.compareAndSet(this, false, true);
  }

  /** It is told to other nodes now. */
  void unqueue() {
    queued = false;
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
      long now = live;
      if (now == GONE) {
        return Join.GONE;
      }
      if ((now >>> SUM_BITS) + elsewhere >= most) {
        return Join.FULL;
      }
      if (LIVE.compareAndSet(this, now, now + ONE + second)) {
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
    long less = -ONE - second;
    return (long) LIVE.getAndAdd(this, less) + less >>> SUM_BITS == 0;
  }

  /** Calls of this node that hold it. */
  int calls() {
    long now = live;
    return now == GONE ? 0 : (int) (now >>> SUM_BITS);
  }

  /** Calls of other nodes that hold it, as far as is known. */
  int elsewhere() {
    return elsewhere;
  }

  /** The other nodes have so many. */
  void elsewhere(int calls) {
    elsewhere = calls;
  }

  /** Seconds that the calls which hold it have lasted. */
  long lasted(long second) {
    long now = live;
    return now == GONE ? 0 : Math.max(0, (now >>> SUM_BITS) * second - (now & SUM));
  }

  /** Takes it out of use when no call holds it; true when that was so. */
  boolean retire() {
    return elsewhere == 0 && LIVE.compareAndSet(this, 0L, GONE);
  }

  boolean retired() {
    return live == GONE;
  }

  void refused(long nowMs) {
    REFUSED.getAndAdd(this, 1L);
    refusedMs = nowMs;
  }

  long refused() {
    return refused;
  }

  /** When it was over the limit last, epoch milliseconds; 0 for never. */
  long refusedMs() {
    return refusedMs;
  }

  /** True when a line about it is due. */
  boolean tells(long nowMs) {
    long last = toldMs;
    return nowMs - last >= LINE_EACH_MS && TOLD_MS.compareAndSet(this, last, nowMs);
  }

  /** Notes that it calls. */
  void called(long nowMs) {
    calledMs = nowMs;
  }

  /** True when nothing of it need be remembered. */
  boolean restful(LimitClock at) {
    return calls() == 0
        && idle(perSecond, at.nowNs())
        && idle(rate, at.nowNs())
        && idle(fresh, at.nowNs())
        && (refused == 0 || at.nowMs() - refusedMs >= SHOWN_MS)
        && (destinations == null
            || destinations.isEmpty()
            || at.nowMs() - calledMs >= REMEMBERED_MS)
        && (used == null || used.sum(at.second()) == 0);
  }
}
