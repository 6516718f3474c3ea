// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives bindings their numbers: the node in the top byte, below it a count that starts from the
 * wall clock and so beyond all that an earlier process gave. Shared: see docs/ownership.md.
 */
final class BindingIds {
  private static final int NODE_SHIFT = 56;
  private static final long COUNT = (1L << NODE_SHIFT) - 1;
  // 16384 numbers for each millisecond: more than can be given while it lasts.
  private static final int MS_SHIFT = 14;

  private final long node;
  private final AtomicLong last;

  BindingIds(int node, long nowMs) {
    if (node < 0 || node > 255) {
      throw new IllegalArgumentException("a node's number is 0 to 255, not " + node);
    }
    this.node = (long) node << NODE_SHIFT;
    this.last = new AtomicLong(nowMs << MS_SHIFT & COUNT);
  }

  long next() {
    return node | last.incrementAndGet() & COUNT;
  }

  /** A number that is in use: the clock may have been set back since it was given. */
  void seen(long id) {
    long count = id & COUNT;
    if ((id & ~COUNT) == node && count > last.get()) {
      last.accumulateAndGet(count, Math::max);
    }
  }
}
