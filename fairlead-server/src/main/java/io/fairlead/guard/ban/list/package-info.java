// SPDX-License-Identifier: Apache-2.0
/**
 * Lists of sources and networks that others have found bad.
 *
 * <ul>
 *   <li>Holds: what reads them, from files and from HTTP servers.
 *   <li>Called by: guard.ban.
 *   <li>Calls: guard.ban (brings what is listed), config, net.
 *   <li>Owned by: a virtual thread for each list.
 *   <li>Start at: {@link io.fairlead.guard.ban.list.BlocklistSettings}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.ban.list;

import org.jspecify.annotations.NullMarked;
