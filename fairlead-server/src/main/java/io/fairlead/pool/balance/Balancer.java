// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Chooses one of the available backends. One instance serves one loop and one tier of a pool, so it
 * may keep plain state. A pick does not grow with the number of backends, as long as most of them
 * are free.
 */
public interface Balancer {
  /**
   * Chooses a backend that is {@linkplain AvailableBackends#free free}, or null when none is.
   *
   * @param available borrowed until the method returns
   * @param key the request's hash key; only some algorithms look at it
   */
  @Nullable Backend pick(AvailableBackends available, long key);
}
