// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SipParserTest {
  static final String INVITE =
      """
      INVITE sip:9196@127.0.0.5:5060;transport=udp SIP/2.0
      Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bK-1-2;rport, SIP/2.0/TCP [2001:db8::1]:5061;branch=z9hG4bKx
      f: "Bench, \\"x\\"" <sip:bench@127.0.0.10:5070>;tag=abc
      To: <sip:9196@127.0.0.5:5060>
      i: 1-2@127.0.0.10
      CSeq: 1 INVITE
      Max-Forwards: 70
      X-Folded: one
        two
      Content-Length: 4

      v=0
      """
          .replace("\n", "\r\n");

  private static SipMessage parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
  }

  @Test
  void findsWhatAProxyNeeds() {
    SipRequest r = (SipRequest) parse(INVITE);
    assertThat(r.problem()).isNull();
    assertThat(r.method()).isEqualTo(Method.INVITE);
    assertThat(r.uri().user()).isEqualTo("9196");
    assertThat(r.uri().param(SipUri.TRANSPORT)).isEqualTo("udp");
    assertThat(r.via().host()).isEqualTo("127.0.0.10");
    assertThat(r.via().port()).isEqualTo(5070);
    assertThat(r.via().hasRport()).isTrue();
    assertThat(r.callId()).isEqualTo("1-2@127.0.0.10");
    assertThat(Ascii.text(r.bytes(), r.fromTagFrom(), r.fromTagTo())).isEqualTo("abc");
    assertThat(Ascii.text(r.bytes(), r.fromUriFrom(), r.fromUriTo())).startsWith("sip:");
    assertThat(r.bytes()[r.fromUriTo()]).isEqualTo((byte) '>');
    assertThat(Ascii.text(r.bytes(), r.toUriFrom(), r.toUriTo())).startsWith("sip:");
    assertThat(r.hasToTag()).isFalse();
    assertThat(r.maxForwards()).isEqualTo(70);
    assertThat(r.value(HeaderName.CSEQ)).isEqualTo("1 INVITE");
    assertThat(Ascii.text(r.bytes(), r.bodyStart(), r.end())).isEqualTo("v=0\r");
  }

  @Test
  void keepsACompactCopyThatReadsTheSame() {
    byte[] bytes = ("\r\n\r\n" + INVITE + "trailing").getBytes(StandardCharsets.UTF_8);
    SipParser parser = new SipParser();
    SipRequest kept =
        (SipRequest) Objects.requireNonNull(parser.parse(bytes, 0, bytes.length)).keep();
    java.util.Arrays.fill(bytes, (byte) 0);
    assertThat(kept.callId()).isEqualTo("1-2@127.0.0.10");
    assertThat(Ascii.text(kept.bytes(), kept.fromUriFrom(), kept.fromUriTo())).startsWith("sip:");
    assertThat(Ascii.text(kept.bytes(), kept.toUriFrom(), kept.toUriTo())).startsWith("sip:");
    assertThat(kept.via().host()).isEqualTo("127.0.0.10");
    assertThat(kept.uri().host()).isEqualTo("127.0.0.5");
    assertThat(kept.toString()).isEqualTo(INVITE.substring(0, INVITE.length() - 1));
  }

  @Test
  void splicesWhatChangesAndCopiesTheRest() {
    SipRequest r = (SipRequest) parse(INVITE);
    Edit edit = new Edit().on(r);
    edit.replace(
            r.valueStart(r.first(HeaderName.MAX_FORWARDS)),
            r.valueEnd(r.first(HeaderName.MAX_FORWARDS)))
        .number(69);
    edit.insert(r.lineStart(r.via().header()))
        .put("Via: SIP/2.0/UDP 127.0.0.5;branch=z9hG4bKq")
        .line();
    Responses.markVia(edit, r, new java.net.InetSocketAddress("127.0.0.11", 9));
    SipWriter out = new SipWriter();
    edit.write(out);
    assertThat(out.toString())
        .contains(
            "Via: SIP/2.0/UDP 127.0.0.5;branch=z9hG4bKq\r\n"
                + "Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bK-1-2;rport=9;received=127.0.0.11,"
                + " SIP/2.0/TCP")
        .contains("Max-Forwards: 69\r\n")
        .endsWith("\r\n\r\nv=0\r");
  }
}
