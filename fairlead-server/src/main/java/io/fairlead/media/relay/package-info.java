// SPDX-License-Identifier: Apache-2.0
/**
 * Our own relay in user space: receives the media of one side and sends it to the other.
 *
 * <ul>
 *   <li>Holds: media loops, sockets and their ports, latching (RFC 7362), reception statistics.
 *   <li>Called by: media, server.
 *   <li>Calls: media (reports), linux, loop, sdp (sides), observe, config.
 *   <li>Owned by: a stream belongs to one media loop, {@code fl-media-N}.
 *   <li>Start at: {@link io.fairlead.media.relay.RelayedStream}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.relay;

import org.jspecify.annotations.NullMarked;
