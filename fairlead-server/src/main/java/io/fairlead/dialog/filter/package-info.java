// SPDX-License-Identifier: Apache-2.0
/**
 * The one place where a message of a call may be changed, held or refused on its way.
 *
 * <ul>
 *   <li>Holds: what a filter is, the chain of a call, messages that wait, chains made from a
 *       cookie.
 *   <li>Called by: dialog, proxy, server, and whoever is a filter.
 *   <li>Calls: transport, and the ground.
 *   <li>Owned by: one loop per call.
 *   <li>Start at: {@link io.fairlead.dialog.filter.CallFilter}.
 * </ul>
 */
@NullMarked
package io.fairlead.dialog.filter;

import org.jspecify.annotations.NullMarked;
