// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.concurrent.atomic.LongAdder;

/** A distribution of durations over fixed buckets. Shared: see docs/ownership.md. */
public final class Histogram {
  /** Upper bounds in milliseconds; one more bucket holds what is above. */
  static final int[] BOUNDS_MS = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000
  };

  private final LongAdder[] buckets = new LongAdder[BOUNDS_MS.length + 1];
  private final LongAdder sumNs = new LongAdder();

  /** An empty histogram. */
  public Histogram() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  /** Counts one duration. */
  public void record(long ns) {
    int i = 0;
    while (i < BOUNDS_MS.length && ns > BOUNDS_MS[i] * 1_000_000L) {
      i++;
    }
    buckets[i].increment();
    sumNs.add(ns);
  }

  /** The counts per bucket, not cumulated. */
  public long[] counts() {
    long[] counts = new long[buckets.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = buckets[i].sum();
    }
    return counts;
  }

  /** The sum of all durations in nanoseconds. */
  public long sumNs() {
    return sumNs.sum();
  }
}
