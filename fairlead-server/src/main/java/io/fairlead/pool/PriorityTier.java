// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.affinity.RendezvousHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All backends of a pool with one priority, whatever their health, with the weights of the last
 * reload. Fixed; only while the pool is being built, by one thread, balancers may leave tables in
 * it for the other loops' balancers.
 *
 * <p>Immutable.
 */
public final class PriorityTier {
  private final List<Backend> members;
  private final int[] weights;
  private final int[] indexOf;
  private final Map<Class<?>, Object> tables = new HashMap<>();

  PriorityTier(List<Backend> members, int ids) {
    this.members = List.copyOf(members);
    this.weights = members.stream().mapToInt(backend -> backend.settings().weight()).toArray();
    this.indexOf = new int[ids];
    Arrays.fill(indexOf, -1);
    for (int i = 0; i < members.size(); i++) {
      indexOf[members.get(i).id()] = i;
    }
  }

  /** The backends of weight above zero, grouped by priority and rank, the lowest first. */
  static List<PriorityTier> of(List<Backend> backends, int ids) {
    Map<Long, List<Backend>> groups = new java.util.TreeMap<>();
    for (Backend backend : backends) {
      BackendSettings settings = backend.settings();
      if (settings.weight() > 0) {
        long place = (long) settings.priority() << Integer.SIZE | backend.rank();
        groups.computeIfAbsent(place, p -> new ArrayList<>()).add(backend);
      }
    }
    return groups.values().stream().map(group -> new PriorityTier(group, ids)).toList();
  }

  /** How many backends. */
  public int size() {
    return weights.length;
  }

  /** The i-th, in the order of the configuration. */
  public Backend get(int i) {
    return members.get(i);
  }

  /** The i-th one's weight, 1 or more. */
  public int weight(int i) {
    return weights[i];
  }

  /** The place of the backend with that number, or -1. */
  public int indexOf(int id) {
    return id < indexOf.length ? indexOf[id] : -1;
  }

  /** The one that has the key by rendezvous hashing, among those that may, or null. */
  @Nullable Backend highest(long key, Predicate<Backend> may) {
    Backend best = null;
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < weights.length; i++) {
      Backend backend = members.get(i);
      double cost = RendezvousHash.cost(key, backend.name(), weights[i]);
      if (cost < lowest && may.test(backend)) {
        best = backend;
        lowest = cost;
      }
    }
    return best;
  }

  /**
   * A table built at the first call and then shared by the balancers of all loops; only from their
   * constructors.
   */
  public <T> T shared(Class<T> type, Function<PriorityTier, T> build) {
    Object table = tables.get(type);
    if (table == null) {
      table = build.apply(this);
      tables.put(type, table);
    }
    return type.cast(table);
  }
}
