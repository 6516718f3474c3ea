// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import io.fairlead.pool.AvailableBackends;
import java.util.stream.IntStream;

/**
 * {@code least-calls}: the one with the fewest live calls for its weight; among several such, a
 * draw by weight.
 *
 * <p>Exact for the calls of its own loop, whose changes it follows. What other loops do it learns
 * when it is about to choose a backend, and otherwise by looking at one more backend with each
 * pick: it may overlook for some picks that a call ended on another loop, but never takes a backend
 * for emptier than it is. A pick costs the same for any number of backends; it grows with the
 * number of different weights.
 *
 * <p>Owned by one loop.
 */
final class LeastCallsBalancer extends LoadOrderedBalancer {
  static final Plugin<NoSettings, BalancerTools, Balancer> KIND =
      new Plugin<>(
          "least-calls",
          "The one with the fewest live calls for its weight.",
          NoSettings.class,
          (none, lent) -> new LeastCallsBalancer(lent));

  /** The backends of one weight: their indexes in the list, and their order. */
  private static final class Group {
    final int weight;
    final int[] indexes;
    final LoadSortedList order;

    Group(int weight, int[] indexes) {
      this.weight = weight;
      this.indexes = indexes;
      this.order = new LoadSortedList(indexes.length);
    }
  }

  private Group[] groups = {};
  private int[] groupOf = {};
  private int[] placeOf = {};

  LeastCallsBalancer(BalancerTools lent) {
    super(lent.random());
  }

  // Among all with the least load for their weight, one drawn by weight.
  @Override
  int draw() {
    Group best = groups[0];
    long tickets = (long) best.order.ties() * best.weight;
    for (int i = 1; i < groups.length; i++) {
      Group group = groups[i];
      long difference =
          (long) group.order.least() * best.weight - (long) best.order.least() * group.weight;
      if (difference <= 0) {
        long mine = (long) group.order.ties() * group.weight;
        tickets = difference < 0 ? mine : tickets + mine;
        best = difference < 0 || random.nextLong(tickets) < mine ? group : best;
      }
    }
    return best.indexes[best.order.at(random.nextInt(best.order.ties()))];
  }

  // The first free one in the order of load of each group; taken when some were tried or are full.
  @Override
  int leastFree(AvailableBackends available) {
    int best = FallbackScan.NONE;
    for (Group group : groups) {
      int found = firstFree(available, group);
      if (found != FallbackScan.NONE
          && (best == FallbackScan.NONE
              || (long) available.load(found) * available.weight(best)
                  < (long) available.load(best) * group.weight)) {
        best = found;
      }
    }
    return best;
  }

  private static int firstFree(AvailableBackends available, Group group) {
    for (int i = 0; i < group.indexes.length; i++) {
      int index = group.indexes[group.order.at(i)];
      if (available.free(index)) {
        return index;
      }
    }
    return FallbackScan.NONE;
  }

  @Override
  boolean correct(AvailableBackends available, int index) {
    return groups[groupOf[index]].order.set(placeOf[index], available.load(index));
  }

  @Override
  void rebuild(AvailableBackends available) {
    int size = available.size();
    groupOf = new int[size];
    placeOf = new int[size];
    int[] weights = IntStream.range(0, size).map(available::weight).distinct().toArray();
    groups = new Group[weights.length];
    for (int g = 0; g < weights.length; g++) {
      int weight = weights[g];
      int[] indexes = IntStream.range(0, size).filter(i -> available.weight(i) == weight).toArray();
      groups[g] = new Group(weight, indexes);
      for (int place = 0; place < indexes.length; place++) {
        int index = indexes[place];
        groupOf[index] = g;
        placeOf[index] = place;
        correct(available, index);
      }
    }
  }
}
