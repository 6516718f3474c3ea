// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponsesTest {
  private static final byte[] TAG = "fl1".getBytes(StandardCharsets.US_ASCII);
  private static final InetSocketAddress SOURCE =
      new InetSocketAddress(Splices.address("198.51.100.7"), 4711);
  private static final List<HeaderName> ECHOED =
      List.of(HeaderName.FROM, HeaderName.TO, HeaderName.CALL_ID, HeaderName.CSEQ);

  private static String answer(SipRequest request, InetSocketAddress source, int status) {
    SipWriter out = new SipWriter();
    Responses.write(out, request, source, status, "Bad \u00fc", TAG, "Retry-After: 5\r\n");
    return Splices.text(out.bytes(), 0, out.length());
  }

  /** Whatever the request was, the answer has good lines, its Via, and nothing twice. */
  static void assertAnswerIsGrammatical(SipRequest request) {
    SipWriter out = new SipWriter();
    Responses.write(out, request, SOURCE, 400, "Bad Request", TAG, "");
    SipResponse answer = (SipResponse) Objects.requireNonNull(Splices.tryParse(out.copy()));
    String text = Splices.text(out.bytes(), 0, out.length());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.end()).isEqualTo(out.length());
    assertThat(answer.bodyStart()).isEqualTo(answer.end());
    assertThat(answer.hasVia()).isTrue();
    assertThat(answer.via().isBroken()).as(text).isFalse();
    assertThat(answer.via().host()).isEqualTo(request.via().host());
    for (HeaderName name : ECHOED) {
      assertThat(count(answer, name))
          .as("%s in%n%s", name, text)
          .isEqualTo(request.has(name) ? 1 : 0);
    }
    assertThat(count(answer, HeaderName.CONTENT_LENGTH)).isEqualTo(1);
    SipProblem problem = answer.problem();
    if (request.problem() == null) {
      assertThat(problem).isNull();
      assertThat(answer.hasToTag()).isTrue();
    } else if (problem != null) {
      assertThat(problem.reason()).as(text).matches("(Bad|Missing) (Via|From|To|Call-ID|CSeq)");
    }
  }

  private static int count(SipMessage m, HeaderName name) {
    int n = 0;
    for (int i = m.first(name); i >= 0; i = m.next(name, i)) {
      n++;
    }
    return n;
  }

  private static final String OK = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n";

  static String request(String via) {
    return "OPTIONS sip:a@b SIP/2.0\r\n"
        + via
        + "\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n"
        + "Content-Length: 0\r\n\r\n";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "h;branch=z9hG4bKa                 | h;branch=z9hG4bKa;received=198.51.100.7",
        "198.51.100.7;branch=a             | 198.51.100.7;branch=a",
        "198.51.100.7:9;branch=a           | 198.51.100.7:9;branch=a",
        "198.51.100.7                      | 198.51.100.7",
        "198.51.100.70                     | 198.51.100.70;received=198.51.100.7",
        "198.51.100.7.                     | 198.51.100.7.;received=198.51.100.7",
        "h                                 | h;received=198.51.100.7",
        "h:5070                            | h:5070;received=198.51.100.7",
        "h;rport                           | h;rport=4711;received=198.51.100.7",
        "198.51.100.7;rport                | 198.51.100.7;rport=4711;received=198.51.100.7",
        "h;rport;branch=a                  | h;rport=4711;branch=a;received=198.51.100.7",
        "h;branch=a;rport                  | h;branch=a;rport=4711;received=198.51.100.7",
        "h;rport=5060                      | h;rport=4711;received=198.51.100.7",
        "h;branch=a;rport=5060             | h;branch=a;rport=4711;received=198.51.100.7",
        "h;rport=                          | h;rport=4711;received=198.51.100.7",
        "h;rport = 5060 ;branch=a          | h;rport=4711 ;branch=a;received=198.51.100.7",
        "h;RPORT;branch=a                  | h;RPORT=4711;branch=a;received=198.51.100.7",
        "h;received=1.2.3.4                | h;received=198.51.100.7",
        "198.51.100.7;received=1.2.3.4     | 198.51.100.7;received=198.51.100.7",
        "h;received=1.2.3.4;rport          | h;received=198.51.100.7;rport=4711",
        "h;rport;received=1.2.3.4          | h;rport=4711;received=198.51.100.7",
        "h;rport=1;received=[::1];branch=a | h;rport=4711;received=198.51.100.7;branch=a",
        "h;rport, SIP/2.0/TCP x;rport      | h;rport=4711;received=198.51.100.7, SIP/2.0/TCP"
            + " x;rport",
        "h , SIP/2.0/TCP x                 | h;received=198.51.100.7 , SIP/2.0/TCP x",
        "h~ ;rport~ ;branch=a              | h~ ;rport=4711~ ;branch=a;received=198.51.100.7",
        "h~ ;branch=a~ , SIP/2.0/TCP x     | h~ ;branch=a;received=198.51.100.7~ , SIP/2.0/TCP x",
        "h : 5070 ; rport ; branch = a     | h : 5070 ; rport=4711 ; branch ="
            + " a;received=198.51.100.7",
        "h;rport;x=\"a;received=b\"        | h;rport=4711;x=\"a;received=b\";received=198.51.100.7",
        "[2001:db8::1]:5060;rport          | [2001:db8::1]:5060;rport=4711;received=198.51.100.7",
      })
  void marksTheViaOnTheWayOnAndBack(String sentBy, String expected) {
    String folded = "Via: SIP/2.0/UDP " + sentBy.replace("~", "\r\n");
    String marked = "Via: SIP/2.0/UDP " + expected.replace("~", "\r\n");
    SipRequest request = Splices.request(request(folded));
    assertThat(request.problem()).isNull();
    assertThat(answer(request, SOURCE, 404)).contains("\r\n" + marked + "\r\nFrom");
    Edit edit = new Edit().on(request);
    Responses.markVia(edit, request, SOURCE);
    SipWriter out = new SipWriter();
    edit.write(out);
    assertThat(Splices.text(out.bytes(), 0, out.length())).isEqualTo(request(marked));
  }

  @ParameterizedTest
  @CsvSource({
    "[2001:db8::1], 2001:db8::1, true",
    "[2001:DB8::1], 2001:db8::1, true",
    "[2001:db8:0:0::1], 2001:db8::1, true",
    "[2001:db8:0:0:0:0:0:1], 2001:db8::1, true",
    "[2001:db8::2], 2001:db8::1, false",
    "[::ffff:10.0.0.1], 2001:db8::1, false",
    "[::], ::, true",
    "[::1], ::, false",
    "[:::], ::, false",
    "[1:2:3:4:5:6:7:8], 1:2:3:4:5:6:7:8, true",
    "[1:2:3:4:5:6:7:8:9], 1:2:3:4:5:6:7:8, false",
    "[1::12345], 1::2345, false",
    "[, ::1, false",
    "[], ::1, false",
    "'', ::1, false",
    "'', 10.0.0.1, false",
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0., 10.0.0.0, false",
    "10.0.0, 10.0.0.0, false",
    "10.0.0.1.1, 10.0.0.1, false",
    "10.0.0.256, 10.0.0.0, false",
    "ten, 10.0.0.1, false",
  })
  void comparesAHostWithAnAddressWithoutLookingUp(String host, String address, boolean same) {
    byte[] bytes = Splices.bytes(host);
    assertThat(Responses.sameHost(bytes, 0, bytes.length, Splices.address(address)))
        .isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    "0:0:0:0:0:0:0:0, ::",
    "::1, ::1",
    "1::, 1::",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    "10.1.2.255, 10.1.2.255",
  })
  void writesAddressesShort(String address, String expected) {
    assertThat(Responses.textOf(Splices.address(address))).isEqualTo(expected);
    SipWriter out = new SipWriter();
    Responses.address(out, Splices.address(address));
    assertThat(out.toString()).isEqualTo(expected);
  }

  @Test
  void repeatsAllViasInOrder() {
    String vias = "v: SIP/2.0/UDP a, SIP/2.0/UDP b\r\nX: 1\r\nVIA:SIP/2.0/TCP c\r\n d";
    String answer = answer(Splices.request(request(vias)), SOURCE, 404);
    assertThat(answer.lines().limit(4))
        .containsExactly(
            "SIP/2.0 404 Bad \u00c3\u00bc",
            "v: SIP/2.0/UDP a;received=198.51.100.7, SIP/2.0/UDP b",
            "VIA:SIP/2.0/TCP c",
            " d");
    assertThat(answer)
        .contains("\r\nTo: <sip:c@d>;tag=fl1\r\n")
        .endsWith("\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n")
        .doesNotContain("X: 1");
  }

  @Test
  void givesTryingNoTagButTheTimestamp() {
    SipRequest r = Splices.request(request("Timestamp: 54\r\nVia: SIP/2.0/UDP a"));
    assertThat(answer(r, SOURCE, 100))
        .contains("\r\nTimestamp: 54\r\n")
        .contains("To: <sip:c@d>\r\n");
    assertThat(answer(r, SOURCE, 200)).doesNotContain("Timestamp").contains(";tag=fl1\r\n");
  }

  @Test
  void keepsTheToTagOfADialog() {
    String text = request("Via: SIP/2.0/UDP a").replace("<sip:c@d>", "<sip:c@d>;TAG=9");
    assertThat(answer(Splices.request(text), SOURCE, 481)).contains("To: <sip:c@d>;TAG=9\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Via: SIP/2.0/UDP a\r\n\u0001garbage",
        "\u0001garbage\r\nVia: SIP/2.0/UDP a",
        "Via: SIP/2.0/UDP a\r\n folded\r\n more\r\nbroken line",
        "Via: SIP/2.0/UDP a;;,;,,",
        "Via: SIP/2.0/UDP a;x=\"open",
        "Via: SIP/2.0/UDP a;branch=1;branch=2",
        "Via: SIP/2.0/UDP a;rport;rport=1;received;received=9",
        "Via: SIP/2.0/UDP a;branch=",
        "Via: SIP/2.0/UDP a\r\nX: nul\0here\r\n  and fold",
        "Via: SIP/2.0/UDP a\r\nFrom: \"a\rb\" <sip:x@y>",
        "Via: SIP/2.0/UDP a\r\nTo: \"x <sip:x@y>",
        "Via: SIP/2.0/UDP a\r\nTo: <sip:x@y>;tag=1;tag=2",
        "Via: SIP/2.0/UDP a\r\nTo: <sip:x@y>;tag=",
        "Via: SIP/2.0/UDP a\r\nCSeq: x\r\nCSeq: 2 OPTIONS",
        "Via: SIP/2.0/UDP a\r\nMax-Forwards: 256",
        "Via: SIP/2.0/UDP a\r\nCall-ID:",
        "Via: SIP/2.0/UDP a\r\nl: -1",
        "Via: SIP/2.0/UDP a\r\nl: 99",
      })
  void answersABrokenRequestGrammatically(String lines) {
    SipRequest request = Splices.request(request(lines));
    assertThat(request.problem()).isNotNull();
    assertThat(request.hasVia()).isTrue();
    assertAnswerIsGrammatical(request);
    assertAnswerIsGrammatical(request.keep());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Via: SIP/2.0/UDP \0a",
        "Via SIP/2.0/UDP a",
        "v: SIP/2.0/UDP",
        "Via: nonsense",
        "Via:",
        "Via: SIP/2.0/UDP a:0",
        "Via: SIP/2.0/UDP a:99999",
        "Via: SIP/2.0/UDP [::1",
      })
  void neverTakesALowerViaForTheTopmost(String broken) {
    SipRequest request = Splices.request(request(broken + "\r\nVia: SIP/2.0/UDP victim"));
    assertThat(request.problem()).isNotNull();
    assertThat(request.hasVia()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Via: a~X: y|X: y",
        "Via: a, b|Via: b",
        "Via: a ,~ b, c~X: y|Via: b, c~X: y",
        "v:a;p=\",\",b|v:b",
        "Via: a,~X: y|X: y",
        "Via: a~Via: b|Via: b",
      })
  void popsOnlyTheTopmostVia(String before, String after) {
    SipMessage m = Splices.parse(OK + lines(before));
    Edit edit = new Edit().on(m);
    Responses.popVia(edit, m);
    SipWriter out = new SipWriter();
    edit.write(out);
    assertThat(out.toString()).isEqualTo(OK + lines(after));
  }

  // Tilde for a line break; a letter behind a Via's colon or comma stands for a whole via-parm.
  private static String lines(String text) {
    return text.replace("~", "\r\n")
            .replaceAll("(?<=[:,\\s])([abc])(?=[\\s,;]|$)", "SIP/2.0/UDP $1")
        + "\r\n\r\n";
  }

  @Test
  void readsTheBitsOfAnIpv4AddressAsTheJdkHoldsThem() {
    assertThat(Responses.ipv4(Splices.address("192.0.2.255"))).isEqualTo(0xc00002ff);
    assertThat(Responses.ipv4(Splices.address("0.0.0.1"))).isEqualTo(1);
  }
}
