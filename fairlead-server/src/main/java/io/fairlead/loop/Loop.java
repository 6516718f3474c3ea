// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

/**
 * One thread's queue, clock and timers. Everything that belongs to a call runs on one loop, by one
 * thread at a time, so it needs no lock.
 *
 * <p>{@link #execute} and {@link #borrow} may be called from any thread; all else only on the loop.
 */
public interface Loop {
  /** This loop's number, from 0. Fixed while the process lives. */
  int index();

  /** Monotonic time in nanoseconds, read once per cycle of the loop. */
  long nowNs();

  /**
   * How long this loop has had no moment without work, in nanoseconds: nothing that it handles now
   * has waited longer. A pause in between, such as one of the machine, counts for little. On the
   * loop.
   */
  default long standingQueueNs() {
    return 0;
  }

  /** The loop's timers. */
  TimerWheel timers();

  /** Whom the step that runs now is for. */
  default CurrentStepOwner steps() {
    return timers().steps();
  }

  /** True on the loop's own thread, or the one that has borrowed it. */
  boolean inLoop();

  /**
   * Takes the place of this loop's thread while that sleeps: what runs until {@link #giveBack} runs
   * on this loop, commands given before have run. For a loop that has something for another one:
   * doing it costs less than waking the other's thread.
   *
   * @return false when the loop is awake, or the caller is no loop: nothing was taken
   */
  default boolean borrow() {
    return false;
  }

  /** Ends what a successful {@link #borrow} began; by the same thread. */
  default void giveBack() {}

  /** Runs the command on this loop, after all commands given before by the same thread. */
  void execute(Runnable command);
}
