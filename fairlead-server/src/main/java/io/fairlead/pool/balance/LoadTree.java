// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Finds the smallest load for its weight and draws by weight among all that have it, in steps that grow with the logarithm
 * of the number of places. A binary tree in arrays: a node knows the least of its leaves and the weight of those that have
 * it. Owned by one loop.
 */
final class LoadTree {
  static final LoadTree EMPTY = new LoadTree(new int[0]);

  private final int[] weights;
  private final int leaves;
  private final double[] least;
  private final long[] tied;

  /** A tree whose places are all removed until {@link #set}. */
  LoadTree(int[] weights) {
    this.weights = weights;
    this.leaves = Math.max(1, Integer.highestOneBit(Math.max(1, weights.length * 2 - 1)));
    this.least = new double[2 * leaves];
    this.tied = new long[2 * leaves];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
  }

  /** True when all places are removed. */
  boolean exhausted() {
    return least[1] == Double.POSITIVE_INFINITY;
  }

  /** Sets the load of a place; false when it was that already. */
  boolean set(int place, int load) {
    return put(place, (double) load / weights[place]);
  }

  /** Takes a place out until it is set again. */
  void remove(int place) {
    put(place, Double.POSITIVE_INFINITY);
  }

  private boolean put(int place, double value) {
    int node = leaves + place;
    if (least[node] == value) {
      return false;
    }
    least[node] = value;
    tied[node] = weights[place];
    while (node > 1) {
      node >>>= 1;
      combine(node);
    }
    return true;
  }

  private void combine(int node) {
    double left = least[2 * node];
    double right = least[2 * node + 1];
    least[node] = Math.min(left, right);
    tied[node] =
        (left <= right ? tied[2 * node] : 0) + (right <= left ? tied[2 * node + 1] : 0);
  }

  /** A place with the least load for its weight. */
  int draw(RandomGenerator random) {
    // The high half of 64 random bits times a weight below 2^31: no division, and as good as even.
    long ticket = Math.unsignedMultiplyHigh(random.nextLong(), tied[1]);
    int node = 1;
    while (node < leaves) {
      node *= 2;
      if (least[node] > least[node + 1]) {
        node++;
      } else if (least[node] == least[node + 1] && ticket >= tied[node]) {
        ticket -= tied[node];
        node++;
      }
    }
    return node - leaves;
  }
}
