// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.affinity.Rendezvous;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The backends of one tier that may be picked at present. Replaced as a whole when health changes.
 * Immutable.
 */
final class Rank {
  private final Backend[] members;
  private final int[] weights;
  private final int[] limits;
  private final int[] slots;
  private final Cells[] cells;
  private final int[] indexOf;
  private final long weight;
  // So that the usual farm, all up and without limits, is not asked one by one.
  private final boolean whole;
  private final boolean limited;

  Rank(Tier tier, Predicate<Backend> may) {
    this.indexOf = new int[tier.size()];
    int count = 0;
    for (int i = 0; i < tier.size(); i++) {
      indexOf[i] = may.test(tier.get(i)) ? count++ : -1;
    }
    members = new Backend[count];
    weights = new int[count];
    limits = new int[count];
    slots = new int[count];
    cells = new Cells[count];
    long sum = 0;
    boolean anyLimit = false;
    for (int i = 0; i < tier.size(); i++) {
      int at = indexOf[i];
      if (at >= 0) {
        Backend backend = tier.get(i);
        members[at] = backend;
        weights[at] = tier.weight(i);
        limits[at] = backend.limit();
        slots[at] = backend.slot();
        cells[at] = backend.cells();
        sum += tier.weight(i);
        anyLimit |= limits[at] != Backend.UNLIMITED;
      }
    }
    weight = sum;
    whole = count == tier.size();
    limited = anyLimit;
  }

  int size() {
    return members.length;
  }

  Backend get(int i) {
    return members[i];
  }

  int weight(int i) {
    return weights[i];
  }

  long weight() {
    return weight;
  }

  int load(int i) {
    return cells[i].load(slots[i]);
  }

  boolean full(int i) {
    return limited && limits[i] != Backend.UNLIMITED && load(i) >= limits[i];
  }

  /** The one that has the key by rendezvous hashing, among those that were not tried, or null. */
  @Nullable Backend highest(long key, List<Backend> tried) {
    Backend best = null;
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < members.length; i++) {
      double cost = Rendezvous.cost(key, members[i].name(), weights[i]);
      if (cost < lowest && !tried.contains(members[i])) {
        best = members[i];
        lowest = cost;
      }
    }
    return best;
  }

  /** The index here of the tier's place, or -1. */
  int indexOf(int place) {
    return whole ? place : indexOf[place];
  }
}
