// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.affinity.AffinityTable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What a pool keeps over reloads besides its backends: the numbers it gives them, the sizes of its
 * sets of live calls, and for each loop a trail of the backends whose load changed there.
 *
 * <p>Slot i of each array is written by loop i only. Shared: see docs/ownership.md.
 */
final class PoolReloadState {
  private static final int TRAIL = 1024;
  private static final long NEVER = Long.MIN_VALUE;

  private final AtomicIntegerArray sizes;
  private final int[][] trails;
  private final long[] positions;
  private final RoomDirectory rooms = new RoomDirectory();
  private final Map<String, AffinityTable> residences = new ConcurrentHashMap<>();
  private LoadCounters cells;
  private int nextId;
  private List<Backend> present = List.of();
  private long openedNs = NEVER;
  private volatile boolean aged;

  PoolReloadState(int loops) {
    sizes = new AtomicIntegerArray(loops);
    trails = new int[loops][TRAIL];
    positions = new long[loops * PADDING];
    cells = new LoadCounters(loops);
  }

  // Positions are plain and written for each call, so each has a cache line of its own.
  private static final int PADDING = 8;

  int loops() {
    return sizes.length();
  }

  /** A number no backend of this pool had before; called by the one thread that builds the pool. */
  int newId() {
    if (nextId > 0 && nextId % LoadCounters.BACKENDS == 0) {
      cells = new LoadCounters(loops());
    }
    return nextId++;
  }

  /** The pool looks at its age; on the home loop. */
  void aged(long nowNs, long windowNs) {
    if (openedNs == NEVER) {
      openedNs = nowNs;
    }
    aged |= nowNs - openedNs >= windowNs;
  }

  /** True when the pool is no longer just starting: who comes now comes to others at work. */
  boolean aged() {
    return aged;
  }

  /** Which conferences and queues the backends have. */
  RoomDirectory rooms() {
    return rooms;
  }

  /** Where keys live, by their scope. */
  Map<String, AffinityTable> residences() {
    return residences;
  }

  /** The pool's backends as of the last configuration; on the home loop. */
  List<Backend> present() {
    return present;
  }

  /** These are the pool's backends from now on; on the home loop. */
  void present(List<Backend> backends) {
    present = backends;
  }

  /** Where the backend with the number given last has its slot. */
  LoadCounters cells() {
    return cells;
  }

  /** How many numbers were given. */
  int ids() {
    return nextId;
  }

  /** A call was linked (1) or unlinked (-1) on the loop. */
  void changed(int loop, int id, int by) {
    sizes.setOpaque(loop, sizes.getPlain(loop) + by);
    long position = positions[loop * PADDING]++;
    trails[loop][(int) position & (TRAIL - 1)] = id;
  }

  /** How many changes the loop has seen. */
  long position(int loop) {
    return positions[loop * PADDING];
  }

  /** The number of the backend that changed at the position, or -1 when that is too long ago. */
  int changed(int loop, long position) {
    return positions[loop * PADDING] - position > TRAIL
        ? -1
        : trails[loop][(int) position & (TRAIL - 1)];
  }

  /** Live calls of the whole pool, also of backends that left it. */
  int load() {
    int load = 0;
    for (int i = 0; i < sizes.length(); i++) {
      load += sizes.getOpaque(i);
    }
    return load;
  }
}
