// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.blame;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Failures of one backend in a row, each for another destination: one that fails again and again
 * counts once.
 *
 * <p>Grows on the pool's home loop; any loop may break it. Shared: see docs/ownership.md.
 */
public final class FailureStreak {
  /** Long enough for the run that proves something where every second call fails elsewhere. */
  private static final int LONGEST = 32;

  private static final long FREE = 0;

  private final AtomicInteger length = new AtomicInteger();
  private final long[] destinations = new long[LONGEST];

  /** How long it is. */
  public int length() {
    return length.get();
  }

  /** Something succeeded in between; from any loop. */
  public void broken() {
    if (length.getOpaque() != 0) {
      length.set(0);
    }
  }

  /**
   * One more failed.
   *
   * @return how long it is then
   */
  public int add(long destination) {
    int before = length.get();
    for (int i = 0; i < before; i++) {
      if (destinations[i] == destination) {
        return before;
      }
    }
    if (before == LONGEST) {
      return before;
    }
    destinations[before] = destination;
    if (length.compareAndSet(before, before + 1)) {
      return before + 1;
    }
    destinations[0] = destination;
    length.set(1);
    return 1;
  }

  /**
   * Another backend has served that destination since: when it fails here again it counts again.
   */
  public void mayCountAgain(long destination) {
    for (int i = 0; i < length.get(); i++) {
      if (destinations[i] == destination) {
        destinations[i] = FREE;
      }
    }
  }
}
