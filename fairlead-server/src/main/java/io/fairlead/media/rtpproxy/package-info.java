// SPDX-License-Identifier: Apache-2.0
/**
 * An rtpproxy as a media engine.
 *
 * <ul>
 *   <li>Holds: its text protocol, and the rewriting of descriptions that rtpproxy leaves to whoever
 *       asks it.
 *   <li>Called by: {@code server}.
 *   <li>Calls: {@code media}, {@code media.engine}, {@code sdp}.
 *   <li>Owned by: the call's loop, each call.
 *   <li>Start at: {@link io.fairlead.media.rtpproxy.RtpproxyProtocol}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.rtpproxy;

import org.jspecify.annotations.NullMarked;
