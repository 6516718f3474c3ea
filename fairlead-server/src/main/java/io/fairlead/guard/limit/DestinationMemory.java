// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The called numbers that a key has called, as hashes, the oldest forgotten first. A number that is
 * forgotten is new again.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class DestinationMemory {
  /** How many are remembered for a key: 2 KB, more than an office calls again and again. */
  static final int MOST = 256;

  private static final VarHandle KNOWN = handle();

  private volatile long[] known = {};

  private static VarHandle handle() {
    try {
      return MethodHandles.lookup().findVarHandle(DestinationMemory.class, "known", long[].class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a field of this class", e);
    }
  }

  /** Whether it was called before. */
  boolean knows(long destination) {
    for (long each : known) {
      if (each == destination) {
        return true;
      }
    }
    return false;
  }

  /** Remembers one. */
  void add(long destination) {
    while (true) {
      long[] before = known;
      int drop = before.length < MOST ? 0 : 1;
      long[] after = Arrays.copyOfRange(before, drop, before.length + 1);
      after[after.length - 1] = destination;
      if (KNOWN.compareAndSet(this, before, after)) {
        return;
      }
    }
  }

  boolean isEmpty() {
    return known.length == 0;
  }
}
