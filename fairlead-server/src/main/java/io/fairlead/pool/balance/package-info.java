// SPDX-License-Identifier: Apache-2.0
/**
 * How one backend is chosen among those available.
 *
 * <ul>
 *   <li>Holds: the balancing algorithms, one file each, and the tables they draw from.
 *   <li>Called by: pool.
 *   <li>Calls: pool's view of the available backends.
 *   <li>Owned by: a balancer belongs to one loop; tables are immutable.
 *   <li>Start at: {@link io.fairlead.pool.balance.Balancers}.
 * </ul>
 */
@NullMarked
package io.fairlead.pool.balance;

import org.jspecify.annotations.NullMarked;
