// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.concurrent.atomic.LongAdder;

/** A number that only grows. Shared: see docs/ownership.md. */
public final class Counter {
  private final LongAdder value = new LongAdder();

  /** Counts one. */
  public void add() {
    value.increment();
  }

  /** Counts n. */
  public void add(long n) {
    value.add(n);
  }

  /** The count so far. */
  public long value() {
    return value.sum();
  }
}
