// SPDX-License-Identifier: Apache-2.0
/**
 * Who is banned: points for what sources do wrong, bans that grow, and what carries them out.
 *
 * <ul>
 *   <li>Holds: points of sources, bans, whom nothing may ban, and what is told of them.
 *   <li>Called by: guard, server, registrar, admin.
 *   <li>Calls: loop, net, observe, config, transport; guard.ban.kernel, guard.ban.keep and
 *       guard.ban.list carry out, keep and bring bans.
 *   <li>Owned by: the home loop; any loop asks.
 *   <li>Start at: {@link io.fairlead.guard.ban.Bans}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.ban;

import org.jspecify.annotations.NullMarked;
