// SPDX-License-Identifier: Apache-2.0
/**
 * The wiring: the only place that knows every room.
 *
 * <ul>
 *   <li>Holds: the whole configuration ({@code FairleadSettings}, {@code Plan}), start, reload and
 *       stop, the way in ({@code InboundMessages}).
 *   <li>Called by: cli.
 *   <li>Calls: every room below.
 *   <li>Owned by: {@code Fairlead} by whoever started it; one {@code InboundMessages} per loop.
 *   <li>Start at: {@link io.fairlead.server.Fairlead}.
 * </ul>
 */
@NullMarked
package io.fairlead.server;

import org.jspecify.annotations.NullMarked;
