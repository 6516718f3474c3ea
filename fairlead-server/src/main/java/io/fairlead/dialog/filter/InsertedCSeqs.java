// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import java.util.Arrays;

/**
 * The numbers that requests of ours have taken in one direction of a dialog (RFC 3261 §12.2.1.1).
 * What the party sends later goes out with a number that is higher by as many, so that the other
 * one sees them rise; what it has sent before keeps its own.
 *
 * <p>Owned by one loop.
 */
final class InsertedCSeqs {
  /** So many may be inserted: engines that die in one call. */
  static final int MOST = 32;

  // With which they went out, rising.
  private long[] taken = {};

  /** True when no further one is to be inserted. */
  boolean isFull() {
    return taken.length >= MOST;
  }

  /** One of ours goes out with that number, higher than all before it. */
  void add(long cseq) {
    taken = Arrays.copyOf(taken, taken.length + 1);
    taken[taken.length - 1] = cseq;
  }

  /** What the other party is told of a request of the party. */
  long outward(long cseq) {
    int before = 0;
    while (before < taken.length && cseq > taken[before] - before - 1) {
      before++;
    }
    return cseq + before;
  }

  /** What the party called the request that the other one has seen with that number. */
  long inward(long cseq) {
    int before = 0;
    while (before < taken.length && cseq > taken[before]) {
      before++;
    }
    return cseq - before;
  }
}
