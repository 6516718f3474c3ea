// SPDX-License-Identifier: Apache-2.0
/**
 * The farms as they are now.
 *
 * <ul>
 *   <li>Holds: pools, backends with their live calls and statistics, what of a pool may be picked.
 *   <li>Called by: proxy, registrar, server, admin, cli.
 *   <li>Calls: dialog (a call holds its backend), esl, dns, transport, and the ground.
 *   <li>Owned by: health belongs to the pool's home loop, picking and live calls to each loop; see
 *       docs/ownership.md.
 *   <li>Start at: {@link io.fairlead.pool.Pool}.
 * </ul>
 */
@NullMarked
package io.fairlead.pool;

import org.jspecify.annotations.NullMarked;
