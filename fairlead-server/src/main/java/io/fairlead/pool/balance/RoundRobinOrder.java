// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.AvailableBackends;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The order of a smooth weighted round robin, computed once for a list. */
final class RoundRobinOrder {
  private static final int MOST = 1 << 16;
  private static final int INDEX_BITS = 20;

  private RoundRobinOrder() {}

  /**
   * Indexes into the list, each as often as its weight (over the common divisor). The turns of a
   * backend of weight w stand 1/w apart; backends of equal weight are shifted against each other,
   * so that no two want the same place.
   */
  static int[] of(AvailableBackends backends) {
    int[] weights = reduced(backends);
    int length = Arrays.stream(weights).sum();
    Map<Integer, Integer> alike = new HashMap<>();
    for (int weight : weights) {
      alike.merge(weight, 1, Integer::sum);
    }
    Map<Integer, Integer> seen = new HashMap<>();
    long[] places = new long[length];
    int at = 0;
    for (int i = 0; i < weights.length; i++) {
      int weight = weights[i];
      double shift = (seen.merge(weight, 1, Integer::sum) - 0.5) / alike.getOrDefault(weight, 1);
      for (int turn = 0; turn < weight; turn++) {
        long place = (long) ((turn + shift) / weight * (1L << (62 - INDEX_BITS)));
        places[at++] = place << INDEX_BITS | i;
      }
    }
    Arrays.sort(places);
    return Arrays.stream(places).mapToInt(place -> (int) place & ((1 << INDEX_BITS) - 1)).toArray();
  }

  private static int[] reduced(AvailableBackends backends) {
    int[] weights = new int[backends.size()];
    long sum = 0;
    int divisor = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = backends.weight(i);
      divisor = commonDivisor(weights[i], divisor);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= divisor;
      sum += weights[i];
    }
    if (sum > MOST) {
      // Hundreds of backends with large weights: a share is then right within one turn of the
      // table.
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (int) Math.max(1, (long) weights[i] * MOST / sum);
      }
    }
    return weights;
  }

  private static int commonDivisor(int a, int b) {
    return b == 0 ? a : commonDivisor(b, a % b);
  }
}
