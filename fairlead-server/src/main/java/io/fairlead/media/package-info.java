// SPDX-License-Identifier: Apache-2.0
/**
 * What turns session descriptions so that the media of a call goes through a relay: our own, or
 * another engine's.
 *
 * <ul>
 *   <li>Holds: the engines as a call sees them, our own engine that rewrites descriptions for the
 *       streams of {@code relay}, what an operator sets, and what passed.
 *   <li>Called by: {@code server}, and {@code admin} for the status.
 *   <li>Calls: {@code dialog}, {@code transport}, {@code linux}, {@code sdp}, {@code observe},
 *       {@code config}.
 *   <li>Owned by: the call's loop, each call.
 *   <li>Start at: {@link io.fairlead.media.MediaEngine}, then {@link io.fairlead.media.MediaCall}.
 * </ul>
 */
@NullMarked
package io.fairlead.media;

import org.jspecify.annotations.NullMarked;
