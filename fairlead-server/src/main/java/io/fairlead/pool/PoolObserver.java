// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.health.Health;

/** Hears what changes in pools, on their home loop. */
public interface PoolObserver {
  /** Hears nothing. */
  PoolObserver NONE =
      new PoolObserver() {
        @Override
        public void onHealth(Pool pool, Backend backend, Health before, Health after) {}

        @Override
        public void onPanic(Pool pool, boolean panicking) {}
      };

  /** A backend's state changed. */
  void onHealth(Pool pool, Backend backend, Health before, Health after);

  /** Too little of the pool is healthy, or enough again. */
  void onPanic(Pool pool, boolean panicking);

  /**
   * A backend was started anew: calls answered before that time are gone, on all loops.
   *
   * @param startedNs in time of the loops
   */
  default void onRestart(Pool pool, Backend backend, long startedNs) {}

  /** Host names have come to mean other servers: {@link Pools#renewed} has them. */
  default void onServers() {}
}
