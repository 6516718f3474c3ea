// SPDX-License-Identifier: Apache-2.0
/**
 * Our own relay as a media engine: rewrites session descriptions so that each side sends to us.
 *
 * <ul>
 *   <li>Holds: the engine, the calls it anchors and their m= lines, what the other side reads, to
 *       whom media may go unasked.
 *   <li>Called by: {@code proxy} and {@code server}, as a {@code MediaEngine}.
 *   <li>Calls: {@code sdp}, {@code media.relay} for the streams.
 *   <li>Owned by: the call's loop, each call; the engine by nobody.
 *   <li>Start at: {@link io.fairlead.media.anchor.RelayEngine}, then {@link
 *       io.fairlead.media.anchor.RelayedCall}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.anchor;

import org.jspecify.annotations.NullMarked;
