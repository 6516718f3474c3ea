// SPDX-License-Identifier: Apache-2.0
/**
 * One call and what came of it (RFC 3261 §12, RFC 4028).
 *
 * <ul>
 *   <li>Holds: {@code Call} and what it must give back, the table of live calls, what filters its
 *       messages ({@code filter}), the sealed routing cookie and flow token, who sits behind NAT.
 *   <li>Called by: proxy, registrar, guard, pool, media, server.
 *   <li>Calls: transport, dns, store, and the ground.
 *   <li>Owned by: one loop per call.
 *   <li>Start at: {@link io.fairlead.dialog.Call}.
 * </ul>
 */
@NullMarked
package io.fairlead.dialog;

import org.jspecify.annotations.NullMarked;
