// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * A loop whose time stands still until the test moves it; the test's thread is the loop's. Owned by
 * one loop.
 */
public final class ManualLoop implements Loop {
  private static final long START_NS = 1_000_000_000L;

  private final int index;
  private final TimerWheel timers = new TimerWheel(START_NS);
  private final ArrayDeque<Runnable> commands = new ArrayDeque<>();
  private long nowNs = START_NS;

  /** Loop number 0. */
  public ManualLoop() {
    this(0);
  }

  /** A loop with that number. */
  public ManualLoop(int index) {
    this.index = index;
  }

  /** Runs the waiting commands, then every timer due within the duration, each at its own time. */
  public void advance(Duration duration) {
    runCommands();
    long until = nowNs + duration.toNanos();
    for (long due = timers.nextDeadlineNs(); due <= until; due = timers.nextDeadlineNs()) {
      nowNs = Math.max(nowNs, due);
      timers.advance(nowNs);
      runCommands();
    }
    nowNs = until;
    timers.advance(nowNs);
    runCommands();
  }

  /** As {@link #advance}. */
  public void advanceMs(long ms) {
    advance(Duration.ofMillis(ms));
  }

  /** Runs what was given to {@link #execute}, and what that gives in turn. */
  public void runCommands() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
  }

  /** Time since the loop began. */
  public long elapsedMs() {
    return (nowNs - START_NS) / 1_000_000;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public TimerWheel timers() {
    return timers;
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public void execute(Runnable command) {
    commands.add(command);
  }
}
