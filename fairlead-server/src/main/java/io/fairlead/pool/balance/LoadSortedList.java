// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import java.util.Arrays;

/**
 * Places kept in the order of their load. A step of one up or down, and finding the least loaded,
 * cost the same however many places there are: places of equal load stand side by side, and a step
 * swaps a place with the edge of its group.
 *
 * <p>Owned by one loop.
 */
final class LoadSortedList {
  private final int[] order;
  private final int[] position;
  private final int[] load;
  // How many places have less load than the index.
  private int[] fewer;

  /** So many places, all of load 0. */
  LoadSortedList(int size) {
    order = new int[size];
    position = new int[size];
    load = new int[size];
    fewer = new int[64];
    for (int i = 0; i < size; i++) {
      order[i] = i;
      position[i] = i;
    }
    Arrays.fill(fewer, 1, fewer.length, size);
  }

  /** The load of a place. */
  int load(int place) {
    return load[place];
  }

  /** The i-th place in the order of load. */
  int at(int i) {
    return order[i];
  }

  /** The least load. */
  int least() {
    return load[order[0]];
  }

  /** How many have the least load: they come first. */
  int ties() {
    return fewer[least() + 1];
  }

  /** Sets the load of a place, in as many steps as it differs; false when it was that already. */
  boolean set(int place, int wanted) {
    if (load[place] == wanted) {
      return false;
    }
    while (load[place] < wanted) {
      up(place);
    }
    while (load[place] > wanted) {
      down(place);
    }
    return true;
  }

  private void up(int place) {
    int now = load[place];
    if (now + 2 >= fewer.length) {
      int known = fewer.length;
      fewer = Arrays.copyOf(fewer, 2 * known);
      Arrays.fill(fewer, known, fewer.length, order.length);
    }
    fewer[now + 1]--;
    swap(position[place], fewer[now + 1]);
    load[place] = now + 1;
  }

  private void down(int place) {
    int now = load[place];
    swap(position[place], fewer[now]);
    fewer[now]++;
    load[place] = now - 1;
  }

  private void swap(int a, int b) {
    int one = order[a];
    int other = order[b];
    order[a] = other;
    order[b] = one;
    position[other] = a;
    position[one] = b;
  }
}
