// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Session descriptions of the tests. */
final class Sdp {
  /** As a desk phone offers. */
  static final String PHONE =
      lines(
          """
          v=0
          o=- 20518 0 IN IP4 203.0.113.1
          s=-
          c=IN IP4 203.0.113.1
          t=0 0
          m=audio 54400 RTP/AVP 0 8 101
          a=rtpmap:0 PCMU/8000
          a=rtpmap:101 telephone-event/8000
          a=fmtp:101 0-15
          a=ptime:20
          a=sendrecv
          """);

  /** As a browser offers: everything at once, shortened. */
  static final String BROWSER =
      lines(
          """
          v=0
          o=- 4611731400430051336 2 IN IP4 127.0.0.1
          s=-
          t=0 0
          a=group:BUNDLE 0 1
          a=msid-semantic: WMS
          a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:05:E9:26:33:E8:70:88:A2
          m=audio 54609 UDP/TLS/RTP/SAVPF 111 0 8 110
          c=IN IP4 192.0.2.7
          a=rtcp:9 IN IP4 0.0.0.0
          a=candidate:1 1 udp 2122260223 192.0.2.7 54609 typ host generation 0
          a=candidate:2 1 tcp 1518280447 2001:db8::7 9 typ host tcptype active generation 0
          a=ice-ufrag:oJ4k
          a=ice-pwd:gXYjC8wRPUV6bVYbYHpkRoS2
          a=setup:actpass
          a=mid:0
          a=rtcp-mux
          a=rtpmap:111 opus/48000/2
          a=rtpmap:110 telephone-event/48000
          m=video 0 UDP/TLS/RTP/SAVPF 96
          c=IN IP4 0.0.0.0
          a=mid:1
          a=bundle-only
          a=rtpmap:96 VP8/90000
          """);

  /**
   * As a relay passes on an offer with a chat beside the call (RFC 4975), which it does not relay:
   * the line that it adds for it shows the sender's own address and ends in LF alone.
   */
  static final String BARE_LF =
      lines(
              """
              v=0
              o=- 1 1 IN IP4 192.0.2.7
              s=-
              c=IN IP4 198.51.100.9
              t=0 0
              m=audio 30000 RTP/AVP 0
              a=rtcp:30001
              m=message 2855 TCP/MSRP *
              c=IN IP4 192.168.0.7
              a=accept-types:text/plain
              a=path:msrp://192.168.0.7:2855/s;tcp
              """)
          .replace("192.168.0.7\r\n", "192.168.0.7\n");

  /** As a device with two certificates and layered video offers (RFC 8122, RFC 8866 §5.14). */
  static final String TWO_OF_ALL =
      lines(
          """
          v=0
          o=- 1 1 IN IP4 192.0.2.7
          s=-
          c=IN IP4 192.0.2.7
          t=0 0
          m=audio 5000/2 UDP/TLS/RTP/SAVP 0
          a=fingerprint:sha-256 19:E2:1C:3B
          a=fingerprint:SHA-1 4a:ad:b9:b1
          a=setup:actpass
          m=video 6000/2 RTP/AVP 96
          """);

  /** As a fax gateway offers. */
  static final String FAX =
      lines(
          """
          v=0
          o=gw 1 1 IN IP6 2001:db8::9
          s=fax
          c=IN IP6 2001:db8::9
          t=0 0
          m=image 4000 udptl t38
          a=T38FaxVersion:0
          a=T38MaxBitRate:14400
          """);

  private Sdp() {}

  /** With the line breaks of the wire. */
  static String lines(String text) {
    return text.replace("\n", "\r\n");
  }

  static SessionDescription parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new SdpParser().parse(bytes, 0, bytes.length);
  }

  /** A request with that body; its length is counted. */
  static SipMessage message(String type, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return bare(type + "\nContent-Length: " + length, body);
  }

  /** The same without a Content-Length, as UDP allows. */
  static SipMessage bare(String headers, String body) {
    String head =
        """
        INVITE sip:b@example.com SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
        From: <sip:a@example.com>;tag=1
        To: <sip:b@example.com>
        Call-ID: 1
        CSeq: 1 INVITE
        Max-Forwards: 70
        """;
    String text = lines(head + (headers.isEmpty() ? "" : headers + "\n") + "\n") + body;
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SipMessage m = Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
    if (m.problem() != null) {
      throw new IllegalArgumentException(m.problem().toString());
    }
    return m;
  }
}
