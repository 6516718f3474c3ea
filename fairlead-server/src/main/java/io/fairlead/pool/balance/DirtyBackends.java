// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.AvailableBackends;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which backends a balancer must look at again before a pick: those whose load its loop has changed
 * since the last one. What other loops changed it learns by looking at one more, {@link #turn},
 * with each pick.
 *
 * <p>Owned by one loop.
 */
final class DirtyBackends {
  // More changes than this, beside one for each backend, are not worth following.
  private static final int LONGEST = 64;

  private @Nullable Object stamp;
  private int[] indexOf = {};
  private long seen;
  private int cursor;

  /** False when all must be looked at: another list, or too much has changed. */
  boolean leads(AvailableBackends available) {
    return available.same(stamp) && available.changes() - seen <= LONGEST + available.size();
  }

  /** Begins here: all are being looked at. */
  void begin(AvailableBackends available) {
    stamp = available.stamp();
    seen = available.changes();
    int size = available.size();
    int largest = -1;
    for (int i = 0; i < size; i++) {
      largest = Math.max(largest, available.get(i).id());
    }
    indexOf = new int[largest + 1];
    Arrays.fill(indexOf, FallbackScan.NONE);
    for (int i = 0; i < size; i++) {
      indexOf[available.get(i).id()] = i;
    }
  }

  /**
   * The index of the next to look at again; {@link FallbackScan#NONE} at the end, or when what
   * comes next is forgotten already: then it {@link #leads} no more.
   */
  int next(AvailableBackends available) {
    while (seen < available.changes()) {
      int id = available.changed(seen);
      if (id < 0) {
        stamp = null;
        return FallbackScan.NONE;
      }
      seen++;
      if (id < indexOf.length && indexOf[id] >= 0) {
        return indexOf[id];
      }
    }
    return FallbackScan.NONE;
  }

  /** The index of one more to look at: each in turn. There must be one. */
  int turn(AvailableBackends available) {
    cursor = cursor + 1 < available.size() ? cursor + 1 : 0;
    return cursor;
  }
}
