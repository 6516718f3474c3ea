// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

/**
 * One thread and its queue, clock and timers. Everything that belongs to a call runs on one loop,
 * so it needs no lock.
 *
 * <p>{@link #execute} may be called from any thread; all else only from the loop itself.
 */
public interface Loop {
  /** This loop's number, from 0. Fixed while the process lives. */
  int index();

  /** Monotonic time in nanoseconds, read once per cycle of the loop. */
  long nowNs();

  /** The loop's timers. */
  Timers timers();

  /** True on the loop's own thread. */
  boolean inLoop();

  /**
   * Runs the command on this loop, after all commands given before by the same thread. The only
   * cross-thread door.
   */
  void execute(Runnable command);
}
