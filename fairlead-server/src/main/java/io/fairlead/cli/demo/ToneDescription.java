// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.sdp.Direction;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.SdpParser;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.sip.SipMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a demo phone says of its media, and what it takes of the other's: one m= line of G.711 (RFC
 * 8866, 3264). Immutable.
 *
 * @param where packets are wanted
 * @param direction from the view of who wrote it
 */
record ToneDescription(InetSocketAddress where, Direction direction) {
  /** The port that every phone has, as it thinks: each is in a network of its own. */
  static final int PORT = 4000;

  /**
   * The text of a description.
   *
   * @param phone whose
   * @param address where the phone thinks it is
   * @param version grows with each description of a call
   */
  static byte[] write(String phone, String address, int version, Direction direction) {
    return """
    v=0
    o=%1$s 1 %2$d IN IP4 %3$s
    s=-
    c=IN IP4 %3$s
    t=0 0
    m=audio %4$d RTP/AVP 8
    a=rtpmap:8 PCMA/8000
    a=ptime:20
    a=%5$s
    """
        .formatted(phone, version, address, PORT, direction.name().toLowerCase(Locale.ROOT))
        .replace("\n", "\r\n")
        .getBytes(US_ASCII);
  }

  /** What a message says, or null when it has no description that a phone could use. */
  static @Nullable ToneDescription of(SipMessage message) {
    SessionDescription session =
        new SdpParser().parse(message.bytes(), message.bodyStart(), message.end());
    if (session.problem() != null || session.media() == 0) {
      return null;
    }
    MediaDescription audio = session.media(0);
    if (audio.port() == 0 || !audio.connection().present()) {
      return null;
    }
    InetAddress address = InetAddress.ofLiteral(audio.connection().text());
    return new ToneDescription(new InetSocketAddress(address, audio.port()), audio.direction());
  }

  /** What answers it: who is sent to receives (RFC 3264 §6.1). */
  static Direction answer(Direction offered) {
    return switch (offered) {
      case SENDRECV -> Direction.SENDRECV;
      case SENDONLY -> Direction.RECVONLY;
      case RECVONLY -> Direction.SENDONLY;
      case INACTIVE -> Direction.INACTIVE;
    };
  }
}
