// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timer wheel: four levels of 64 slots, a tick of 2^23 ns (8.4 ms). Arming and
 * cancelling cost O(1); a timer fires at most one tick late and never early. What is due after the
 * wheel's present turn (39 h) waits in a list of its own.
 *
 * <p>Level n holds the timers whose tick differs from the present one first in its n-th group of
 * six bits, so a timer moves down at most three times (Varghese and Lauck, "Hashed and Hierarchical
 * Timing Wheels", 1987).
 *
 * <p>Owned by one loop.
 */
public final class TimerWheel {
  private static final int TICK_SHIFT = 23;
  private static final int BITS = 6;
  private static final int SLOTS = 1 << BITS;
  private static final int LEVELS = 4;
  private static final long SPAN = 1L << (BITS * LEVELS);
  private static final int LATER = LEVELS * SLOTS;
  private static final long LONGEST_NS = 1L << 61;
  // Seldom enough that a defect which stays is no load, and soon enough to be no outage.
  private static final long AGAIN_NS = 1_000_000_000L;

  /** One tick in nanoseconds: the precision of every timer. */
  public static final long TICK_NS = 1L << TICK_SHIFT;

  private final @Nullable Timer[] heads = new Timer[LATER + 1];
  private final long[] occupied = new long[LEVELS + 1];
  private final CurrentStepOwner steps = new CurrentStepOwner();
  private final long originNs;
  private long nowNs;
  private long currentTick;
  private int size;
  private @Nullable Timer firing;

  /**
   * @param nowNs the loop's time at its start
   */
  public TimerWheel(long nowNs) {
    this.originNs = nowNs;
    this.nowNs = nowNs;
  }

  /** Whom the step that runs now is for: also of steps that no timer began. */
  CurrentStepOwner steps() {
    return steps;
  }

  /** How many timers are armed. */
  public int size() {
    return size;
  }

  /**
   * Arms the timer, anew if it is armed already. A delay of zero or less fires at the next tick.
   */
  public void schedule(Timer timer, long delayNs) {
    if (timer.armed()) {
      unlink(timer);
    }
    long due = nowNs - originNs + Math.clamp(delayNs, 0, LONGEST_NS);
    timer.tick = Math.max(currentTick + 1, (due + TICK_NS - 1) >> TICK_SHIFT);
    link(timer);
  }

  /** Disarms the timer; nothing happens when it is idle. */
  public void cancel(Timer timer) {
    if (timer.armed()) {
      unlink(timer);
    }
  }

  /**
   * When {@link #advance} should be called at the latest, or {@link Long#MAX_VALUE} when no timer
   * is armed.
   */
  public long nextDeadlineNs() {
    long tick = nextTick();
    return tick == Long.MAX_VALUE ? Long.MAX_VALUE : originNs + (tick << TICK_SHIFT);
  }

  /**
   * Moves time on and fires what is due, in the order of ticks. Returns how many timers fired. When
   * a timer throws, call {@link CurrentStepOwner#failed}, {@link #failed} and then this again: the
   * others of its tick are not lost.
   */
  public int advance(long toNs) {
    nowNs = toNs;
    long target = (toNs - originNs) >> TICK_SHIFT;
    int fired = fire((int) (currentTick & (SLOTS - 1)));
    while (currentTick < target) {
      long next = nextTick();
      if (next > target) {
        currentTick = target;
        break;
      }
      currentTick = next;
      cascade();
      fired += fire((int) (currentTick & (SLOTS - 1)));
    }
    return fired;
  }

  /** The timer that fired last threw; one that would never fire again otherwise is armed. */
  public void failed() {
    Timer broken = firing;
    firing = null;
    if (broken != null && broken.repeats() && !broken.armed()) {
      schedule(broken, AGAIN_NS);
    }
  }

  private long nextTick() {
    for (int level = 0; level < LEVELS; level++) {
      int shift = BITS * level;
      long position = currentTick >> shift;
      int index = (int) (position & (SLOTS - 1));
      long later = index == SLOTS - 1 ? 0 : occupied[level] & (-1L << (index + 1));
      if (later != 0) {
        return ((position & -SLOTS) | Long.numberOfTrailingZeros(later)) << shift;
      }
    }
    return size == 0 ? Long.MAX_VALUE : ((currentTick >> (BITS * LEVELS)) + 1) << (BITS * LEVELS);
  }

  private void cascade() {
    if ((currentTick & (SPAN - 1)) == 0) {
      relink(LATER);
    }
    for (int level = LEVELS - 1; level > 0; level--) {
      int shift = BITS * level;
      if ((currentTick & ((1L << shift) - 1)) == 0) {
        relink(level * SLOTS + (int) ((currentTick >> shift) & (SLOTS - 1)));
      }
    }
  }

  private void relink(int slot) {
    Timer timer = heads[slot];
    while (timer != null) {
      Timer following = timer.next;
      unlink(timer);
      link(timer);
      timer = following;
    }
  }

  private int fire(int slot) {
    int fired = 0;
    for (Timer timer = heads[slot]; timer != null; timer = heads[slot]) {
      unlink(timer);
      fired++;
      firing = timer;
      StepFailureHandler before = steps.isFor(timer);
      timer.onTimer();
      steps.back(before);
    }
    return fired;
  }

  private void link(Timer timer) {
    int slot = slotOf(timer.tick);
    Timer head = heads[slot];
    timer.slot = slot;
    timer.previous = null;
    timer.next = head;
    if (head != null) {
      head.previous = timer;
    }
    heads[slot] = timer;
    occupied[slot / SLOTS] |= 1L << (slot & (SLOTS - 1));
    size++;
  }

  private int slotOf(long tick) {
    long differing = tick ^ currentTick;
    if (differing >= SPAN) {
      return LATER;
    }
    int level = differing == 0 ? 0 : (63 - Long.numberOfLeadingZeros(differing)) / BITS;
    return level * SLOTS + (int) ((tick >> (BITS * level)) & (SLOTS - 1));
  }

  private void unlink(Timer timer) {
    int slot = timer.slot;
    Timer before = timer.previous;
    Timer after = timer.next;
    if (before == null) {
      heads[slot] = after;
      if (after == null) {
        occupied[slot / SLOTS] &= ~(1L << (slot & (SLOTS - 1)));
      }
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    timer.previous = null;
    timer.next = null;
    timer.slot = Timer.IDLE;
    size--;
  }
}
