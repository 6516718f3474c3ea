// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens once, later, unless cancelled. It links itself into the wheel, so arming
 * and cancelling allocate nothing, and one object can be armed again and again.
 *
 * <p>Owned by one loop.
 */
public abstract class Timer implements StepFailureHandler {
  static final int IDLE = -1;

  @Nullable Timer previous;
  @Nullable Timer next;
  long tick;
  int slot = IDLE;

  /** A timer that runs the action; for places where an allocation does not matter. */
  public static Timer of(Runnable action) {
    return new Timer() {
      @Override
      protected void onTimer() {
        action.run();
      }

      @Override
      protected boolean repeats() {
        return true;
      }
    };
  }

  /** True between {@link TimerWheel#schedule} and firing or cancelling. */
  public final boolean armed() {
    return slot != IDLE;
  }

  /**
   * Called on the loop when the time has come; the timer is idle again and may be armed from here.
   */
  protected abstract void onTimer();

  /**
   * True when nobody else arms it again: after an {@link #onTimer} that threw it fires once more in
   * a while.
   */
  protected boolean repeats() {
    return false;
  }

  /** {@link #onTimer} threw: nothing to end, unless a kind of timer says so. */
  @Override
  public void onDefect() {}
}
