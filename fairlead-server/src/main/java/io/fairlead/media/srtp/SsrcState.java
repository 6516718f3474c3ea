// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

/**
 * What is known of one SSRC under one key: the indexes of its RTP, whose upper 32 bits are the
 * rollover counter, and of its RTCP (RFC 3711 §3.2.3, §3.3.1).
 *
 * <p>Owned by one media loop.
 */
final class SsrcState {
  private static final int HALF = 0x8000;

  final int ssrc;
  final ReplayWindow rtp = new ReplayWindow();
  final ReplayWindow rtcp = new ReplayWindow();

  SsrcState(int ssrc) {
    this.ssrc = ssrc;
  }

  /**
   * The index that a sequence number most likely means (RFC 3711 appendix A).
   *
   * @return below 0 for one from before the first
   */
  long index(int sequence) {
    long highest = rtp.highest();
    if (highest < 0) {
      return sequence;
    }
    int last = (int) highest & 0xffff;
    long roc = highest >>> 16;
    if (last < HALF) {
      roc -= sequence - last > HALF ? 1 : 0;
    } else {
      roc += last - HALF > sequence ? 1 : 0;
    }
    return (roc << 16) + sequence;
  }
}
