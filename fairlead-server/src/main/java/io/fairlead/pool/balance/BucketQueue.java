// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Places on shelves by their share in use, a thousandth or so to a shelf. To move a place from any
 * shelf to any other, and to draw one from the lowest that has some, cost the same however many
 * places there are.
 *
 * <p>Owned by one loop.
 */
final class BucketQueue {
  private static final int COUNT = 1024;
  private static final int NOWHERE = -1;
  private static final int FEW = 4;

  private final int[][] shelves = new int[COUNT][];
  private final int[] sizes = new int[COUNT];
  // One bit for each shelf that has places.
  private final long[] filled = new long[COUNT / Long.SIZE];
  private final int[] shelfOf;
  private final int[] spotOf;

  /** So many places, none on a shelf. */
  BucketQueue(int places) {
    shelfOf = new int[places];
    spotOf = new int[places];
    Arrays.fill(shelfOf, NOWHERE);
  }

  /** Puts a place where its share belongs; false when it is there already. */
  boolean put(int place, double share) {
    int shelf = (int) Math.clamp(share * COUNT, 0.0, COUNT - 1.0);
    if (shelfOf[place] == shelf) {
      return false;
    }
    if (shelfOf[place] != NOWHERE) {
      take(place);
    }
    int[] row = shelves[shelf];
    int size = sizes[shelf]++;
    if (row == null || size == row.length) {
      row = row == null ? new int[FEW] : Arrays.copyOf(row, 2 * size);
      shelves[shelf] = row;
    }
    row[size] = place;
    shelfOf[place] = shelf;
    spotOf[place] = size;
    filled[shelf / Long.SIZE] |= 1L << shelf;
    return true;
  }

  private void take(int place) {
    int shelf = shelfOf[place];
    int[] row = shelves[shelf];
    int last = row[--sizes[shelf]];
    row[spotOf[place]] = last;
    spotOf[last] = spotOf[place];
    if (sizes[shelf] == 0) {
      filled[shelf / Long.SIZE] &= ~(1L << shelf);
    }
  }

  /** The lowest shelf with places from this one on, or below 0. */
  int lowest(int from) {
    if (from >= COUNT) {
      return NOWHERE;
    }
    int word = from / Long.SIZE;
    long bits = filled[word] & -1L << from;
    while (bits == 0) {
      if (++word == filled.length) {
        return NOWHERE;
      }
      bits = filled[word];
    }
    return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
  }

  /** How many places a shelf has. */
  int size(int shelf) {
    return sizes[shelf];
  }

  /** The i-th place of a shelf, in no order. */
  int at(int shelf, int i) {
    return shelves[shelf][i];
  }

  /** One of the lowest shelf, drawn; there must be places. */
  int draw(RandomGenerator random) {
    int shelf = lowest(0);
    int size = sizes[shelf];
    return shelves[shelf][size == 1 ? 0 : random.nextInt(size)];
  }
}
