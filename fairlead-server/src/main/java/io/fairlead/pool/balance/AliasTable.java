// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Draws from a list by weight at a cost that does not depend on its length (Walker's alias method
 * as built by Vose, 1991). Immutable.
 */
final class AliasTable {
  private final int[] alias;
  // A place keeps its own index when 31 random bits are below this.
  private final long[] keep;

  /**
   * Builds it.
   *
   * @param size how many there are
   * @param weight the weight of each
   * @param total the weight of all
   */
  AliasTable(int size, IntUnaryOperator weight, long total) {
    alias = new int[size];
    keep = new long[size];
    long[] share = new long[size];
    int[] small = new int[size];
    int[] large = new int[size];
    int smalls = 0;
    int larges = 0;
    for (int i = 0; i < size; i++) {
      share[i] = (long) weight.applyAsInt(i) * size;
      alias[i] = i;
      if (share[i] < total) {
        small[smalls++] = i;
      } else {
        large[larges++] = i;
      }
    }
    while (smalls > 0 && larges > 0) {
      int less = small[--smalls];
      int more = large[larges - 1];
      keep[less] = (long) ((double) share[less] / total * (1L << 31));
      alias[less] = more;
      share[more] -= total - share[less];
      if (share[more] < total) {
        larges--;
        small[smalls++] = more;
      }
    }
    while (larges > 0) {
      keep[large[--larges]] = 1L << 31;
    }
    while (smalls > 0) {
      keep[small[--smalls]] = 1L << 31;
    }
  }

  int draw(RandomGenerator random) {
    long bits = random.nextLong();
    int i = (int) ((bits >>> 33) * alias.length >>> 31);
    return (bits & 0x7fffffff) < keep[i] ? i : alias[i];
  }
}
