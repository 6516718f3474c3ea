// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.Protocol;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.sip.Ascii;
import java.nio.charset.StandardCharsets;

/** Which m= lines can be relayed: those whose media is datagrams of UDP. Immutable. */
final class Relayable {
  private static final byte[] UDP = ascii("udp");
  private static final byte[] UDP_BELOW = ascii("udp/");
  // How drafts of RFC 8841 wrote UDP/DTLS/SCTP.
  private static final byte[] DTLS_SCTP = ascii("dtls/sctp");

  private Relayable() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** True for RTP, UDPTL and what names UDP as that below it. */
  static boolean is(SessionDescription session, MediaDescription media) {
    if (media.protocol() != Protocol.OTHER) {
      return true;
    }
    byte[] bytes = session.bytes();
    int from = media.protocolFrom();
    int to = media.protocolTo();
    int below = Math.min(to, from + UDP_BELOW.length);
    return Ascii.equalsLower(bytes, from, to, UDP)
        || Ascii.equalsLower(bytes, from, to, DTLS_SCTP)
        || Ascii.equalsLower(bytes, from, below, UDP_BELOW);
  }

  /** Why nothing of a description can be relayed, for the log. */
  static String whyNone(SessionDescription session) {
    if (session.media() == 0) {
      return "there is no m= line";
    }
    for (int i = 0; i < session.media(); i++) {
      MediaDescription media = session.media(i);
      if (media.port() != 0 && !is(session, media)) {
        String protocol = Ascii.text(session.bytes(), media.protocolFrom(), media.protocolTo());
        return "m=" + media.kind() + " is " + protocol + ", which is not relayed";
      }
    }
    return "every m= line has port 0";
  }
}
