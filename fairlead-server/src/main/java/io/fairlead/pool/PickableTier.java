// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.affinity.RendezvousHash;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The backends of one tier that may be picked at present. Replaced as a whole when health, a
 * capacity or the ramp of one that came back changes. Immutable.
 */
final class PickableTier {
  /** Weights are multiplied by this while one ramps, so that a share of a weight is a number. */
  private static final int FINE = 100;

  private final Backend[] members;
  // As configured, and as they are while some ramp; the same array when none does.
  private final int[] steady;
  private final int[] weights;
  private final int[] sizes;
  private final double[] ramps;
  private final int[] limits;
  private final int[] slots;
  private final LoadCounters[] cells;
  private final Capacity[] capacities;
  private final int[] indexOf;
  private final long weight;
  private final long size;
  private final int scale;
  private final boolean measured;
  private final boolean paced;
  // So that the usual farm, all up and without limits, is not asked one by one.
  private final boolean whole;
  private final boolean limited;

  PickableTier(PriorityTier tier, Predicate<Backend> may) {
    this.indexOf = new int[tier.size()];
    int count = 0;
    for (int i = 0; i < tier.size(); i++) {
      indexOf[i] = may.test(tier.get(i)) ? count++ : -1;
    }
    members = new Backend[count];
    steady = new int[count];
    sizes = new int[count];
    ramps = new double[count];
    limits = new int[count];
    slots = new int[count];
    cells = new LoadCounters[count];
    capacities = new Capacity[count];
    boolean ramping = false;
    boolean allSized = true;
    boolean anyLimit = false;
    boolean anyPace = false;
    for (int i = 0; i < tier.size(); i++) {
      int at = indexOf[i];
      if (at >= 0) {
        Backend backend = tier.get(i);
        Capacity capacity = backend.capacity();
        members[at] = backend;
        capacities[at] = capacity;
        steady[at] = tier.weight(i);
        sizes[at] = capacity.size();
        ramps[at] = capacity.ramp().factor();
        limits[at] = capacity.limit();
        slots[at] = backend.slot();
        cells[at] = backend.cells();
        ramping |= ramps[at] < 1;
        allSized &= sizes[at] > 0;
        anyLimit |= limits[at] != Capacity.UNLIMITED;
        anyPace |= capacity.pace().limited();
      }
    }
    scale = ramping ? FINE : 1;
    weights = ramping ? scaled() : steady;
    weight = sum(weights);
    for (int i = 0; i < count && ramping; i++) {
      sizes[i] = (int) Math.max(1, sizes[i] * ramps[i]);
    }
    size = sum(sizes);
    measured = allSized && count > 0;
    whole = count == tier.size();
    limited = anyLimit;
    paced = anyPace;
  }

  private int[] scaled() {
    int[] fine = new int[steady.length];
    for (int i = 0; i < fine.length; i++) {
      fine[i] = (int) Math.max(1, Math.round(steady[i] * ramps[i] * FINE));
    }
    return fine;
  }

  private static long sum(int[] numbers) {
    long sum = 0;
    for (int number : numbers) {
      sum += number;
    }
    return sum;
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

  int scale() {
    return scale;
  }

  boolean measured() {
    return measured;
  }

  int capacity(int i) {
    return sizes[i];
  }

  long capacity() {
    return size;
  }

  double used(int i) {
    return capacities[i].used() / ramps[i];
  }

  boolean paced() {
    return paced;
  }

  int load(int i) {
    return cells[i].load(slots[i]);
  }

  boolean full(int i) {
    return limited && limits[i] != Capacity.UNLIMITED && load(i) >= limits[i];
  }

  /** The one that has the key by rendezvous hashing, among those that were not tried, or null. */
  @Nullable Backend highest(long key, List<Backend> tried) {
    Backend best = null;
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < members.length; i++) {
      double cost = RendezvousHash.cost(key, members[i].name(), steady[i]);
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
