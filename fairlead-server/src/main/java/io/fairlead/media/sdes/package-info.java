// SPDX-License-Identifier: Apache-2.0
/**
 * Keys for SRTP by a=crypto (RFC 4568): what is offered to a side, and what is made of its lines.
 *
 * <ul>
 *   <li>Holds: which lines are taken and why not, the keys of each side of each m= line.
 *   <li>Called by: {@code media.anchor}.
 *   <li>Calls: {@code media.srtp}, {@code media.profile}, {@code sdp}.
 *   <li>Owned by: the call's loop.
 *   <li>Start at: {@link io.fairlead.media.sdes.SdesNegotiation}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.sdes;

import org.jspecify.annotations.NullMarked;
