// SPDX-License-Identifier: Apache-2.0
/**
 * The filter of calls whose media is relayed: finds the session descriptions in their messages and
 * gives them to the engine.
 *
 * <ul>
 *   <li>Holds: the filter of a call and what makes it, which calls with {@code media: auto} need a
 *       relay, what the call log says of a call's media.
 *   <li>Called by: {@code server}; by the chain of a call.
 *   <li>Calls: {@code media}, {@code dialog}, {@code transport}, {@code sdp}, {@code observe}.
 *   <li>Owned by: one loop per call.
 *   <li>Start at: {@link io.fairlead.media.filter.MediaFilter}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.filter;

import org.jspecify.annotations.NullMarked;
