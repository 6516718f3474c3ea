// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import java.nio.charset.StandardCharsets;

/** The messages that benchmarks work on. Immutable: who changes bytes takes a copy. */
final class Samples {
  private static final String BODY =
      """
      v=0
      o=user1 53655765 2353687637 IN IP4 127.0.0.10
      s=-
      c=IN IP4 127.0.0.10
      t=0 0
      m=audio 6000 RTP/AVP 0 8 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-16
      a=ptime:20
      """
          .replace("\n", "\r\n");

  /** An INVITE as SIPp sends it, with a session description. */
  static final byte[] INVITE =
      ("""
      INVITE sip:9196@127.0.0.5:5060 SIP/2.0
      Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bK-12345-1-0;rport
      From: "Bench" <sip:bench@127.0.0.10:5070>;tag=12345SIPpTag001
      To: <sip:9196@127.0.0.5:5060>
      Call-ID: 1-12345@127.0.0.10
      CSeq: 1 INVITE
      Contact: <sip:bench@127.0.0.10:5070>
      Max-Forwards: 70
      User-Agent: sipp
      Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE
      Supported: timer, replaces
      Content-Type: application/sdp
      Content-Length: %d

      """
                  .formatted(BODY.length())
                  .replace("\n", "\r\n")
              + BODY)
          .getBytes(StandardCharsets.US_ASCII);

  /** The same behind a proxy: it brings a Route to us, and the next hop's Via below its own. */
  static final byte[] ROUTED_INVITE =
      new String(INVITE, StandardCharsets.US_ASCII)
          .replace(
              "From:",
              "Via: SIP/2.0/UDP 127.0.0.9:5060;branch=z9hG4bK-1-0;received=127.0.0.9\r\n"
                  + "Route: <sip:127.0.0.5;lr;fl=0123456789abcdef>\r\nFrom:")
          .getBytes(StandardCharsets.US_ASCII);

  /** The 200 to it that comes back from a backend: our Via on top, our Record-Route, an answer. */
  static final byte[] OK =
      ("""
      SIP/2.0 200 OK
      Via: SIP/2.0/UDP 127.0.0.5:5060;branch=z9hG4bKfl000000000000000100000000
      Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bK-12345-1-0;rport=5070;received=127.0.0.10
      Record-Route: <sip:127.0.0.5;lr;fl=0123456789abcdef>
      From: "Bench" <sip:bench@127.0.0.10:5070>;tag=12345SIPpTag001
      To: <sip:9196@127.0.0.5:5060>;tag=54321SIPpTag011
      Call-ID: 1-12345@127.0.0.10
      CSeq: 1 INVITE
      Contact: <sip:127.0.0.31:5060;transport=UDP>
      Content-Type: application/sdp
      Content-Length: %d

      """
                  .formatted(BODY.length())
                  .replace("\n", "\r\n")
              + BODY)
          .getBytes(StandardCharsets.US_ASCII);

  private Samples() {}

  /** A request on a copy of the bytes, so that they may be changed in place. */
  static SipRequest request(byte[] bytes) {
    return (SipRequest) parsed(bytes);
  }

  /** A response on a copy of the bytes, so that they may be changed in place. */
  static SipResponse response(byte[] bytes) {
    return (SipResponse) parsed(bytes);
  }

  private static SipMessage parsed(byte[] bytes) {
    byte[] copy = bytes.clone();
    SipMessage message = new SipParser().parse(copy, 0, copy.length);
    if (message == null || message.problem() != null) {
      throw new IllegalStateException("a sample is not valid SIP");
    }
    return message;
  }
}
