// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.lang.foreign.MemorySegment;

/**
 * The RTP packet that is being relayed, one object for all of them.
 *
 * <p>Owned by one media loop.
 */
final class Packet {
  private boolean rtp;
  private int payloadType;
  private int sequence;
  private int timestamp;
  private int ssrc;

  /** Reads the header of what {@link RtpHeader#isRtp} has found to be RTP. */
  void read(MemorySegment memory, long at) {
    rtp = true;
    payloadType = RtpHeader.payloadType(memory, at);
    sequence = RtpHeader.sequence(memory, at);
    timestamp = RtpHeader.timestamp(memory, at);
    ssrc = RtpHeader.ssrc(memory, at);
  }

  /** It is none of RTP. */
  void readNothing() {
    rtp = false;
  }

  /** True when it is the next of that SSRC (RFC 3550 A.1); what is not RTP is. */
  boolean follows(int before, int sequenceBefore) {
    return !rtp || ssrc == before && sequence == (sequenceBefore + 1 & 0xffff);
  }

  int payloadType() {
    return payloadType;
  }

  int sequence() {
    return sequence;
  }

  int timestamp() {
    return timestamp;
  }

  int ssrc() {
    return ssrc;
  }
}
