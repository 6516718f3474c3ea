// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A moving mean of durations: each new one counts a fifth. Two loops adding at the same time may
 * lose one of the two, which a mean does not mind. Shared: see docs/ownership.md.
 */
public final class Ewma {
  private static final int SHARE = 5;
  private final AtomicLong meanNs = new AtomicLong();

  /** Adds a duration. */
  public void add(long ns) {
    long mean = meanNs.getOpaque();
    long sample = Math.max(1, ns);
    meanNs.setOpaque(mean == 0 ? sample : mean + (sample - mean) / SHARE);
  }

  /** The mean in nanoseconds, 0 when nothing was added yet. */
  public long ns() {
    return meanNs.getOpaque();
  }
}
