// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How media is transported, the third word of an m= line. Immutable. */
public enum Protocol {
  /** None of those below. */
  OTHER("", false, false),
  /** Plain RTP (RFC 3551). */
  RTP_AVP("RTP/AVP", true, false),
  /** With early feedback (RFC 4585). */
  RTP_AVPF("RTP/AVPF", true, false),
  /** SRTP, keys by a=crypto (RFC 3711, RFC 4568); some mean DTLS. */
  RTP_SAVP("RTP/SAVP", true, true),
  /** The same with feedback (RFC 5124). */
  RTP_SAVPF("RTP/SAVPF", true, true),
  /** SRTP, keys by DTLS (RFC 5764 §8). */
  UDP_TLS_RTP_SAVP("UDP/TLS/RTP/SAVP", true, true),
  /** The same with feedback: browsers. */
  UDP_TLS_RTP_SAVPF("UDP/TLS/RTP/SAVPF", true, true),
  /** Fax over UDP (T.38, RFC 7345 names it as well). */
  UDPTL("UDPTL", false, false);

  private static final Protocol[] ALL = values();

  private final String text;
  private final byte[] lower;
  private final boolean rtp;
  private final boolean secure;

  Protocol(String text, boolean rtp, boolean secure) {
    this.text = text;
    this.lower = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    this.rtp = rtp;
    this.secure = secure;
  }

  /** True when RTP and RTCP flow. */
  public boolean rtp() {
    return rtp;
  }

  /** As it is written; empty for {@link #OTHER}. */
  public String text() {
    return text;
  }

  /** True when what flows is encrypted. */
  public boolean secure() {
    return secure;
  }

  /** The one with SRTP in the place of plain RTP; itself for all others. */
  public Protocol secured() {
    return switch (this) {
      case RTP_AVP -> RTP_SAVP;
      case RTP_AVPF -> RTP_SAVPF;
      case OTHER, RTP_SAVP, RTP_SAVPF, UDP_TLS_RTP_SAVP, UDP_TLS_RTP_SAVPF, UDPTL -> this;
    };
  }

  // T.38 devices write "udptl" as often as "UDPTL".
  static Protocol of(byte[] bytes, int from, int to) {
    for (int i = 1; i < ALL.length; i++) {
      if (Ascii.equalsLower(bytes, from, to, ALL[i].lower)) {
        return ALL[i];
      }
    }
    return OTHER;
  }
}
