// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.profile;

import io.fairlead.media.srtp.CryptoSuite;
import java.util.List;

/** Who is on a side, in a word: what such peers usually want. Immutable. */
public enum SidePreset {
  /** Plain RTP: a FreeSWITCH of the farm. */
  PLAIN(SrtpUse.NONE, List.of()),
  /**
   * Phones that have SRTP or have it not. Those that have it do not all have more than AES with 128
   * bits, and take the first line that they know.
   */
  PHONE_SDES(
      SrtpUse.ALLOW,
      List.of(
          CryptoSuite.AEAD_AES_256_GCM,
          CryptoSuite.AEAD_AES_128_GCM,
          CryptoSuite.AES_256_CM_HMAC_SHA1_80,
          CryptoSuite.AES_CM_128_HMAC_SHA1_80,
          CryptoSuite.AES_CM_128_HMAC_SHA1_32)),
  /** A trunk that has nothing but SRTP; what carriers agree on is AES with 128 bits. */
  TRUNK_SRTP(
      SrtpUse.REQUIRE,
      List.of(CryptoSuite.AES_CM_128_HMAC_SHA1_80, CryptoSuite.AES_CM_128_HMAC_SHA1_32));

  private final SrtpUse srtp;
  private final List<CryptoSuite> suites;

  SidePreset(SrtpUse srtp, List<CryptoSuite> suites) {
    this.srtp = srtp;
    this.suites = suites;
  }

  SrtpUse srtp() {
    return srtp;
  }

  List<CryptoSuite> suites() {
    return suites;
  }
}
