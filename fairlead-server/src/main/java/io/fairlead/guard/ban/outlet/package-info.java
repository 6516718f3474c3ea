// SPDX-License-Identifier: Apache-2.0
/**
 * What keeps bans, and tells others of them.
 *
 * <ul>
 *   <li>Holds: the file of bans that outlives a restart, the log for fail2ban, what nodes of a
 *       cluster tell each other, and the joining of all that bans need.
 *   <li>Called by: server.
 *   <li>Calls: guard.ban (hears of bans and brings some), guard.ban.kernel, guard.ban.list, store.
 *   <li>Owned by: the home loop; files are written off it.
 *   <li>Start at: {@link io.fairlead.guard.ban.outlet.BanOutlets}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.ban.outlet;

import org.jspecify.annotations.NullMarked;
