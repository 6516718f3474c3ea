// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How packets are encrypted and authenticated, named as in a=crypto (RFC 4568 §6.2, RFC 6188, RFC
 * 7714). What encrypts nothing (NULL), and F8, are not among them. Immutable.
 */
public enum CryptoSuite {
  /** AES in counter mode with HMAC-SHA1, 80 bits of it: what every device has. */
  AES_CM_128_HMAC_SHA1_80(16, 14, 10),
  /** The same with a tag of 32 bits on RTP; on RTCP it has 80. */
  AES_CM_128_HMAC_SHA1_32(16, 14, 4),
  /** With a key of 256 bits. */
  AES_256_CM_HMAC_SHA1_80(32, 14, 10),
  /** The same with a tag of 32 bits on RTP. */
  AES_256_CM_HMAC_SHA1_32(32, 14, 4),
  /** Authenticated encryption. */
  AEAD_AES_128_GCM(16, 12, 16),
  /** With a key of 256 bits. */
  AEAD_AES_256_GCM(32, 12, 16);

  // What drafts of RFC 6188 called them, as FreeSWITCH and older libraries still do.
  private static final String DRAFT_256 = "AES_CM_256_";
  private static final String RFC_256 = "AES_256_CM_";

  private static final int SHA1_80 = 10;

  private final int keyLength;
  private final int saltLength;
  private final int rtpTag;

  CryptoSuite(int keyLength, int saltLength, int rtpTag) {
    this.keyLength = keyLength;
    this.saltLength = saltLength;
    this.rtpTag = rtpTag;
  }

  /**
   * The suite of that name.
   *
   * @return null for one that is not known or not taken
   */
  public static @Nullable CryptoSuite of(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String known = upper.startsWith(DRAFT_256) ? RFC_256 + upper.substring(11) : upper;
    for (CryptoSuite each : values()) {
      if (each.name().equals(known)) {
        return each;
      }
    }
    return null;
  }

  /** Bytes of the master key. */
  public int keyLength() {
    return keyLength;
  }

  /** Bytes of the master salt. */
  public int saltLength() {
    return saltLength;
  }

  /** Bytes that RTP grows by. */
  int rtpTag() {
    return rtpTag;
  }

  /** Bytes of the tag of RTCP (RFC 4568 §6.2.2: never less than 80 bits). */
  int rtcpTag() {
    return isAead() ? rtpTag : SHA1_80;
  }

  /** True for authenticated encryption (RFC 7714). */
  boolean isAead() {
    return saltLength == 12;
  }
}
