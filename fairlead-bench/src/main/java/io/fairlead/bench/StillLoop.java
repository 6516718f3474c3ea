// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.loop.Loop;
import io.fairlead.loop.TimerWheel;
import java.util.ArrayDeque;

/**
 * A loop whose time stands still until a benchmark moves it; the benchmark's thread is the loop's.
 * Owned by one loop.
 */
final class StillLoop implements Loop {
  private final TimerWheel timers = new TimerWheel(0);
  private final ArrayDeque<Runnable> commands = new ArrayDeque<>();
  private long nowNs;

  /** Moves time on, fires what is due and runs what was given to {@link #execute}. */
  int advance(long byNs) {
    nowNs += byNs;
    int fired = timers.advance(nowNs);
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    return fired;
  }

  @Override
  public int index() {
    return 0;
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
