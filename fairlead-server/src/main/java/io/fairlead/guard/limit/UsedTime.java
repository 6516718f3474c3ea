// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Seconds of calls that are over, within a window that slides by its twenty-fourth part.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class UsedTime {
  private static final int PARTS = 24;
  private static final long SECONDS = 0xffffffffL;

  // Number of the part in the upper half, seconds in the lower.
  private final AtomicLongArray parts = new AtomicLongArray(PARTS);
  private final long partSeconds;

  /**
   * @param windowSeconds how long the window is
   */
  UsedTime(long windowSeconds) {
    this.partSeconds = Math.max(1, Math.ceilDiv(windowSeconds, PARTS));
  }

  /**
   * A call is over.
   *
   * @param atSeconds now, from any fixed time on
   * @param seconds how long it was answered
   */
  void add(long atSeconds, long seconds) {
    long part = atSeconds / partSeconds;
    int index = (int) (part % PARTS);
    while (true) {
      long before = parts.get(index);
      long used = before >>> 32 == part ? before & SECONDS : 0;
      long after = part << 32 | Math.min(SECONDS, used + seconds);
      if (parts.compareAndSet(index, before, after)) {
        return;
      }
    }
  }

  /** Seconds within the window that ends now. */
  long sum(long atSeconds) {
    long newest = atSeconds / partSeconds;
    long sum = 0;
    for (int i = 0; i < PARTS; i++) {
      long each = parts.get(i);
      if (newest - (each >>> 32) < PARTS) {
        sum += each & SECONDS;
      }
    }
    return sum;
  }
}
