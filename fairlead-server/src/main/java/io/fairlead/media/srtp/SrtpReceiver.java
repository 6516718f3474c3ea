// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import static io.fairlead.media.srtp.SrtpPacket.ENCRYPTED;
import static io.fairlead.media.srtp.SrtpPacket.RTCP_HEADER;
import static io.fairlead.media.srtp.SrtpPacket.RTCP_INDEX;

import org.jspecify.annotations.Nullable;

/**
 * Decrypts what one side sends with one of its keys (RFC 3711 §3.3). An SSRC is known from its
 * first authentic packet on, so nothing that strangers send is kept.
 *
 * <p>Owned by one media loop; made, and compared, by the call's loop.
 */
public final class SrtpReceiver {
  private final MasterKey key;
  private final SsrcTable ssrcs;
  private @Nullable SrtpTransform rtp;
  private @Nullable SrtpTransform rtcp;
  private SrtpFailure failure = SrtpFailure.MALFORMED;

  /**
   * One that has received nothing.
   *
   * @param mostSsrcs SSRCs that the key may be used for
   */
  public SrtpReceiver(MasterKey key, int mostSsrcs) {
    this.key = key;
    this.ssrcs = new SsrcTable(mostSsrcs);
  }

  /** Its key. */
  public MasterKey key() {
    return key;
  }

  /** Why the last packet was not decrypted. */
  public SrtpFailure failure() {
    return failure;
  }

  private int fail(SrtpFailure why) {
    failure = why;
    return -1;
  }

  /**
   * Decrypts the SRTP packet in the workspace.
   *
   * @return the new length; -1 when {@link #failure} says why not
   */
  public int rtp(SrtpWorkspace space, int length) {
    byte[] packet = space.packet();
    int end = length - key.suite().rtpTag();
    int header = SrtpPacket.rtpHeader(packet, end);
    if (header < 0) {
      return fail(SrtpFailure.MALFORMED);
    }
    int ssrc = SrtpPacket.rtpSsrc(packet);
    SsrcState known = ssrcs.find(ssrc);
    int sequence = SrtpPacket.sequence(packet);
    long index = known == null ? sequence : known.index(sequence);
    if (known != null && known.rtp.has(index)) {
      return fail(SrtpFailure.REPLAYED);
    }
    SrtpTransform transform = rtp == null ? SrtpTransform.of(key, false) : rtp;
    rtp = transform;
    if (!transform.open(space, header, end, ssrc, index)) {
      return fail(SrtpFailure.UNAUTHENTIC);
    }
    SsrcState state = known == null ? begin(ssrc) : known;
    if (state == null) {
      return fail(SrtpFailure.SSRCS);
    }
    state.rtp.add(index);
    return end;
  }

  /**
   * Decrypts the SRTCP packet in the workspace. One that its sender left unencrypted is not taken:
   * that was not agreed on.
   *
   * @return as {@link #rtp}
   */
  public int rtcp(SrtpWorkspace space, int length) {
    byte[] packet = space.packet();
    SrtpTransform transform = rtcp == null ? SrtpTransform.of(key, true) : rtcp;
    rtcp = transform;
    int end = length - key.suite().rtcpTag() - RTCP_INDEX;
    if (end < RTCP_HEADER) {
      return fail(SrtpFailure.MALFORMED);
    }
    int word = SrtpPacket.intAt(packet, transform.rtcpIndexAt(length));
    if ((word & ENCRYPTED) == 0) {
      return fail(SrtpFailure.UNAUTHENTIC);
    }
    int index = word & ~ENCRYPTED;
    int ssrc = SrtpPacket.rtcpSsrc(packet);
    SsrcState known = ssrcs.find(ssrc);
    if (known != null && known.rtcp.has(index)) {
      return fail(SrtpFailure.REPLAYED);
    }
    if (!transform.open(space, RTCP_HEADER, end, ssrc, index)) {
      return fail(SrtpFailure.UNAUTHENTIC);
    }
    SsrcState state = known == null ? begin(ssrc) : known;
    if (state == null) {
      return fail(SrtpFailure.SSRCS);
    }
    state.rtcp.add(index);
    return end;
  }

  private @Nullable SsrcState begin(int ssrc) {
    return ssrcs.isFull() ? null : ssrcs.add(ssrc);
  }
}
