// SPDX-License-Identifier: Apache-2.0
/**
 * SRTP and SRTCP (RFC 3711, 6188, 7714): what one side of a stream encrypts is decrypted, and what
 * goes to it is encrypted, in place and without an object for each packet where the JDK allows it.
 *
 * <ul>
 *   <li>Holds: crypto suites, master keys and what is derived from them, the transforms, indexes
 *       and replay windows by SSRC.
 *   <li>Called by: {@code media.sdes}, which agrees on keys; {@code media.relay}, which has the
 *       packets.
 *   <li>Calls: the JDK's cryptography.
 *   <li>Owned by: sender and receiver by the media loop of their stream.
 *   <li>Start at: {@link io.fairlead.media.srtp.SrtpReceiver}, {@link
 *       io.fairlead.media.srtp.SrtpSender}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.srtp;

import org.jspecify.annotations.NullMarked;
