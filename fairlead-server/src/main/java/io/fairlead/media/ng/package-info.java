// SPDX-License-Identifier: Apache-2.0
/**
 * The ng protocol of rtpengine, from both ends: our relay answers it, and we ask an rtpengine by
 * it.
 *
 * <ul>
 *   <li>Holds: its two encodings, the server before our own relay, the client that makes an
 *       rtpengine a {@link io.fairlead.media.MediaEngine}.
 *   <li>Called by: {@code server}.
 *   <li>Calls: {@code media}, {@code media.engine}, {@code sdp}.
 *   <li>Owned by: the loop of the socket; what belongs to one call by that call's loop.
 *   <li>Start at: {@link io.fairlead.media.ng.NgServer}, {@link io.fairlead.media.ng.NgEngine}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.ng;

import org.jspecify.annotations.NullMarked;
