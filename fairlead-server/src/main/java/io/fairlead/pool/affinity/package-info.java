// SPDX-License-Identifier: Apache-2.0
/**
 * What lives on one backend: keys, such as the name of a conference, and where their calls are.
 *
 * <ul>
 *   <li>Holds: the table of keys, what a backend means to a key, and the hash that needs no table.
 *   <li>Called by: pool, and proxy when a route has affinity.
 *   <li>Calls: a backend's health and load.
 *   <li>Owned by: shared by all loops; see docs/ownership.md.
 *   <li>Start at: {@link io.fairlead.pool.affinity.AffinityTable}.
 * </ul>
 */
@NullMarked
package io.fairlead.pool.affinity;

import org.jspecify.annotations.NullMarked;
