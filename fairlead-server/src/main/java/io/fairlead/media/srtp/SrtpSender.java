// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import static io.fairlead.media.srtp.SrtpPacket.RTCP_HEADER;

import org.jspecify.annotations.Nullable;

/**
 * Encrypts what goes to one side with one of our keys. The indexes live as long as the key does:
 * whoever uses the key again uses this again, so that none is used twice (RFC 3711 §9.1).
 *
 * <p>Owned by one media loop; made, and compared, by the call's loop.
 */
public final class SrtpSender {
  private static final long LAST_RTP = (1L << 48) - 1;
  private static final long LAST_RTCP = (1L << 31) - 1;

  private final MasterKey key;
  private final SsrcTable ssrcs;
  private @Nullable SrtpTransform rtp;
  private @Nullable SrtpTransform rtcp;
  private SrtpFailure failure = SrtpFailure.MALFORMED;

  /**
   * One that has sent nothing.
   *
   * @param mostSsrcs SSRCs that it is used for
   */
  public SrtpSender(MasterKey key, int mostSsrcs) {
    this.key = key;
    this.ssrcs = new SsrcTable(mostSsrcs);
  }

  /** Its key. */
  public MasterKey key() {
    return key;
  }

  /** Why the last packet was not encrypted. */
  public SrtpFailure failure() {
    return failure;
  }

  private int fail(SrtpFailure why) {
    failure = why;
    return -1;
  }

  /**
   * Encrypts the RTP packet in the workspace.
   *
   * @return the new length; -1 when {@link #failure} says why not
   */
  public int rtp(SrtpWorkspace space, int length) {
    byte[] packet = space.packet();
    int header = SrtpPacket.rtpHeader(packet, length);
    if (header < 0 || length > space.largest()) {
      return fail(SrtpFailure.MALFORMED);
    }
    SsrcState state = state(SrtpPacket.rtpSsrc(packet));
    if (state == null) {
      return fail(SrtpFailure.SSRCS);
    }
    long index = state.index(SrtpPacket.sequence(packet));
    if (state.rtp.has(index)) {
      return fail(SrtpFailure.REPLAYED);
    }
    if (index > LAST_RTP) {
      return fail(SrtpFailure.EXHAUSTED);
    }
    state.rtp.add(index);
    SrtpTransform transform = rtp == null ? SrtpTransform.of(key, false) : rtp;
    rtp = transform;
    return transform.seal(space, header, length, state.ssrc, index);
  }

  /**
   * Encrypts the compound RTCP packet in the workspace.
   *
   * @return as {@link #rtp}
   */
  public int rtcp(SrtpWorkspace space, int length) {
    if (length < RTCP_HEADER || length > space.largest()) {
      return fail(SrtpFailure.MALFORMED);
    }
    SsrcState state = state(SrtpPacket.rtcpSsrc(space.packet()));
    if (state == null) {
      return fail(SrtpFailure.SSRCS);
    }
    long index = state.rtcp.highest() + 1;
    if (index > LAST_RTCP) {
      return fail(SrtpFailure.EXHAUSTED);
    }
    state.rtcp.add(index);
    SrtpTransform transform = rtcp == null ? SrtpTransform.of(key, true) : rtcp;
    rtcp = transform;
    return transform.seal(space, RTCP_HEADER, length, state.ssrc, index);
  }

  private @Nullable SsrcState state(int ssrc) {
    SsrcState known = ssrcs.find(ssrc);
    return known != null ? known : ssrcs.isFull() ? null : ssrcs.add(ssrc);
  }
}
