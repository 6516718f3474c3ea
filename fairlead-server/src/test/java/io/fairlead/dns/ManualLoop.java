// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timers;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A loop whose time the test moves, and whose commands run when the test says so. */
final class ManualLoop implements Loop {
  private final LinkedBlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final Timers timers = new Timers(0);
  private long nowNs;

  @Override
  public int index() {
    return 0;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public Timers timers() {
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

  /** Waits for a command from another thread and runs it. */
  void runNext() throws InterruptedException {
    Runnable command = commands.poll(30, TimeUnit.SECONDS);
    if (command == null) {
      throw new AssertionError("nothing came");
    }
    command.run();
  }

  /** Runs commands until none is left. */
  void runAll() throws InterruptedException {
    runNext();
    for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
      next.run();
    }
  }

  boolean idle() {
    return commands.isEmpty();
  }

  void advance(Duration time) {
    nowNs += time.toNanos();
    timers.advance(nowNs);
  }
}
