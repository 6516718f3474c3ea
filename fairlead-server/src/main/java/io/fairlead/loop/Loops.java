// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The loops of this process, their number fixed from start to end. Immutable. */
public final class Loops {
  private final List<SelectorLoop> all;

  /**
   * @param count how many loops
   * @param onError told of each throwable that escaped on a loop, after it was logged
   */
  public Loops(int count, Runnable onError) {
    List<SelectorLoop> loops = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      loops.add(new SelectorLoop(i, onError));
    }
    all = List.copyOf(loops);
  }

  /** All loops, in the order of their indexes. */
  public List<SelectorLoop> all() {
    return all;
  }

  /** How many there are. */
  public int size() {
    return all.size();
  }

  /** The loop of that index. */
  public SelectorLoop get(int index) {
    return all.get(index);
  }

  /** Starts all threads. */
  public void start() {
    all.forEach(SelectorLoop::start);
  }

  /**
   * Stops all loops, waiting no longer than given for all together. False when one did not end in
   * time.
   */
  public boolean stop(Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    boolean ended = true;
    for (SelectorLoop loop : all) {
      ended &= loop.stop(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
    return ended;
  }
}
