// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.media.srtp.SrtpSession;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What a side's session description says of one m= line.
 *
 * <p>Immutable.
 *
 * @param rtp where it wants RTP; null where that must be learned: none given, or not to be believed
 * @param rtcp where it wants RTCP; null as above
 * @param muxed RTCP comes and goes on the RTP port (RFC 5761)
 * @param rtpPackets false for UDPTL and all else that is not RTP: then nothing is parsed
 * @param secure what flows is encrypted, SRTP: keys may be agreed anew on the same ports
 * @param srtp with what this side's SRTP ends at us; null for what passes as it is
 * @param payloadTypes those it may send, by number 0 to 127; empty for any
 * @param names "PCMA/8000" by payload type, of 128, null where it has no name here
 * @param sends it may send now: false for recvonly and inactive
 * @param receives it wants to be sent to now: false for sendonly and inactive
 * @param moved the description names another address or port than its last one: learn anew
 * @param timeout how long it may be silent
 */
public record DescribedMedia(
    @Nullable InetSocketAddress rtp,
    @Nullable InetSocketAddress rtcp,
    boolean muxed,
    boolean rtpPackets,
    boolean secure,
    @Nullable SrtpSession srtp,
    BitSet payloadTypes,
    @Nullable String[] names,
    boolean sends,
    boolean receives,
    boolean moved,
    Duration timeout) {}
