// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The attributes that are looked for by name; all others are {@link #OTHER}. Immutable. */
public enum Attribute {
  /** None of those below; kept byte for byte. */
  OTHER,
  /** RFC 8866 §6.6. */
  RTPMAP,
  /** RFC 8866 §6.15. */
  FMTP,
  /** RFC 8866 §6.4. */
  PTIME,
  /** RFC 8866 §6.5. */
  MAXPTIME,
  /** RFC 8866 §6.7.3. */
  SENDRECV,
  /** RFC 8866 §6.7.2. */
  SENDONLY,
  /** RFC 8866 §6.7.1. */
  RECVONLY,
  /** RFC 8866 §6.7.4. */
  INACTIVE,
  /** RFC 3605. */
  RTCP,
  /** RFC 5761. */
  RTCP_MUX,
  /** RFC 8858. */
  RTCP_MUX_ONLY,
  /** RFC 5888. */
  MID,
  /** RFC 5888. */
  GROUP,
  /** RFC 8839 §5.1. */
  CANDIDATE,
  /** RFC 8839 §5.2. */
  REMOTE_CANDIDATES,
  /** RFC 8839 §5.3. */
  ICE_LITE,
  /** RFC 8839 §5.4. */
  ICE_UFRAG,
  /** RFC 8839 §5.4. */
  ICE_PWD,
  /** RFC 8839 §5.6. */
  ICE_OPTIONS,
  /** RFC 8840 §8.2. */
  END_OF_CANDIDATES,
  /** RFC 4568. */
  CRYPTO,
  /** RFC 8122 §5. */
  FINGERPRINT,
  /** RFC 4145 §4, RFC 8842. */
  SETUP,
  /** RFC 4145 §5. */
  CONNECTION,
  /** RFC 8842 §5. */
  TLS_ID,
  /** RFC 6189 §8.1. */
  ZRTP_HASH;

  private static final Attribute[] ALL = values();

  private final byte[] lower =
      name().toLowerCase(Locale.ROOT).replace('_', '-').getBytes(StandardCharsets.US_ASCII);

  /** The attribute of that name, in any case of letters as devices write it. */
  static Attribute of(byte[] bytes, int from, int to) {
    for (int i = 1; i < ALL.length; i++) {
      if (Ascii.equalsLower(bytes, from, to, ALL[i].lower)) {
        return ALL[i];
      }
    }
    return OTHER;
  }

  /** True for the four that say in which directions media goes. */
  boolean isDirection() {
    return this == SENDRECV || this == SENDONLY || this == RECVONLY || this == INACTIVE;
  }
}
