// SPDX-License-Identifier: Apache-2.0
/**
 * Where messages cross from one side to another: the one place where they are changed for it.
 *
 * <ul>
 *   <li>Holds: what has a message changed that comes from, or leaves to, a side from which the
 *       inside is hidden or which is not trusted.
 *   <li>Called by: {@code guard}, and {@code server} for each message.
 *   <li>Calls: {@code guard.hiding}, {@code guard.trust}, {@code transport}, {@code sip}.
 *   <li>Owned by: the node; what works on messages by one thread each.
 *   <li>Start at: {@link io.fairlead.guard.edge.NetworkEdge}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.edge;

import org.jspecify.annotations.NullMarked;
