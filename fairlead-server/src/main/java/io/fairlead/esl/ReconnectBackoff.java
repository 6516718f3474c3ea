// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: any time up to a bound that doubles with each failure.
 * So a hundred sessions cut at once do not come back at once.
 *
 * <p>Owned by one loop.
 */
final class ReconnectBackoff {
  private final long firstNs;
  private final long longestNs;
  private final RandomGenerator random;
  private long boundNs;

  ReconnectBackoff(Duration first, Duration longest, RandomGenerator random) {
    this.firstNs = Math.min(first.toNanos(), longest.toNanos());
    this.longestNs = longest.toNanos();
    this.random = random;
    this.boundNs = firstNs;
  }

  /** The wait before the next attempt, in nanoseconds. */
  long next() {
    long waitNs = random.nextLong(boundNs + 1);
    boundNs = boundNs > longestNs / 2 ? longestNs : 2 * boundNs;
    return waitNs;
  }

  /** All is well: the next failure is a first one. */
  void reset() {
    boundNs = firstNs;
  }
}
