// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.sdp.OfferAnswer.Side;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A session description as a side of a call sent it.
 *
 * <p>Immutable. Its bytes are borrowed by whom it is handed to.
 *
 * @param offer false for an answer, also one that an unreliable 18x shows before it counts
 * @param from the side that wrote it
 * @param calleeTag the callee's tag, empty where none is known yet; each fork has its own
 * @param source the address its message came from; null where that is not known. Media may go there
 *     unasked, to all else only when it has sent to us
 * @param sdp the session description alone
 */
public record ReceivedDescription(
    boolean offer, Side from, String calleeTag, @Nullable InetAddress source, byte[] sdp) {}
