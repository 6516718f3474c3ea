// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

/**
 * What a suite does to the packet in a workspace, with the session keys of RTP or those of RTCP
 * (RFC 3711 §3.3).
 *
 * <p>Owned by one media loop.
 */
sealed interface SrtpTransform permits CounterTransform, GcmTransform {
  /**
   * Encrypts and authenticates.
   *
   * @param from where the payload begins
   * @param to where it ends
   * @param index of the packet, 48 bits of RTP or 31 of RTCP; never the same twice for one SSRC
   * @return the new length
   */
  int seal(SrtpWorkspace space, int from, int to, int ssrc, long index);

  /**
   * Authenticates and decrypts; a packet that is not authentic is no longer of use.
   *
   * @param to where the encrypted payload ends: tag and SRTCP index follow
   */
  boolean open(SrtpWorkspace space, int from, int to, int ssrc, long index);

  /** Where the flag and index of an SRTCP packet stand. */
  int rtcpIndexAt(int length);

  /** The transform of a suite. */
  static SrtpTransform of(MasterKey master, boolean rtcp) {
    CryptoSuite suite = master.suite();
    KeyDerivation keys = new KeyDerivation(master);
    return suite.isAead()
        ? new GcmTransform(suite, keys, rtcp)
        : new CounterTransform(suite, keys, rtcp);
  }
}
