// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of a whole message, by tables. */
class SipGrammarTest {
  private static final String HEADERS =
      """
      Via: SIP/2.0/UDP h;branch=z9hG4bK1
      From: <sip:a@h>;tag=1
      To: <sip:b@h>
      Call-ID: x
      CSeq: 1 INVITE
      """
          .replace("\n", "\r\n");
  private static final String START = "INVITE sip:b@h SIP/2.0\r\n";

  private static String reason(String text) {
    SipProblem problem = Splices.parse(text).problem();
    return problem == null ? "" : problem.status() + " " + problem.reason();
  }

  // Tilde for a line break; the caret for NUL, the dollar for CR.
  private static String with(String line) {
    return START
        + HEADERS
        + line.replace("~", "\r\n").replace('^', '\0').replace('$', '\r')
        + "\r\n\r\n";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "INVITE sip:b@h SIP/2.0               |",
        "INVITE sip:b@h sip/2.0               |",
        "INVITE sips:b@h;lr SIP/2.0           |",
        "INVITE sip:b@h SIP/2.1               | 505 Version Not Supported",
        "INVITE sip:b@h SIP/3                 | 505 Version Not Supported",
        "INVITE tel:+49 SIP/2.0               | 416 Unsupported URI Scheme",
        "INVITE <sip:b@h> SIP/2.0             | 400 Bad Request-URI",
        "INVITE sip: SIP/2.0                  | 400 Bad Request-URI",
        "INVITE b@h SIP/2.0                   | 400 Bad Request-URI",
        "INVITE sip:b@h?x=y SIP/2.0           | 400 Bad Request-URI",
        "INVITE sip:b@h:0 SIP/2.0             | 400 Bad Request-URI",
        "INVITE sip:b\th SIP/2.0              | 400 Bad Request-URI",
        "INVITE sip:b^h SIP/2.0               | 400 Bad Request-URI",
        "INVITE sip:b h SIP/2.0               | 400 Bad Request-Line",
        "INVITE  sip:b@h SIP/2.0              | 400 Bad Request-Line",
        "INVITE sip:b@h  SIP/2.0              | 400 Bad Request-Line",
        "`INVITE sip:b@h SIP/2.0 `            | 400 Bad Request-Line",
        "INVITE sip:b@h                       | 400 Bad Request-Line",
        "INVITE sip:b@h SIP                   | 400 Bad Request-Line",
        "INVITE sip:b@h HTTP/1.1              | 400 Bad Request-Line",
        "INVITE SIP/2.0                       | 400 Bad Request-Line",
        "INVITE  SIP/2.0                      | 400 Bad Request-URI",
        "INVITE sip:b@h$SIP/2.0              | 400 Bad Request-Line",
        "invite sip:b@h SIP/2.0               | 400 CSeq Method Differs",
        "SIP/2.0 200 OK                       |",
        "`SIP/2.0 200 `                       |",
        "SIP/2.0 200                          |",
        "sip/2.0 699 \u00e9 ok                |",
        "SIP/2.0 99 Low                       | 400 Bad Status-Line",
        "SIP/2.0 099 Low                      | 400 Bad Status-Line",
        "SIP/2.0 700 High                     | 400 Bad Status-Line",
        "SIP/2.0 2000 Long                    | 400 Bad Status-Line",
        "SIP/2.0 20x OK                       | 400 Bad Status-Line",
        "SIP/2.0 -20 OK                       | 400 Bad Status-Line",
        "`SIP/2.0 `                           | 400 Bad Status-Line",
        "SIP/2.0 200 O^K                      | 400 Bad Status-Line",
        "SIP/2.0 200 O$K                     | 400 Bad Status-Line",
      })
  void judgesTheStartLine(String line, String expected) {
    String text = line.replace('^', '\0').replace('$', '\r') + "\r\n" + HEADERS + "\r\n";
    assertThat(reason(text)).isEqualTo(expected == null ? "" : expected);
    assertThat(Splices.parse(text).hasVia()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n",
        "\r\n\r\n",
        "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
        "\n",
        "INVITE",
        "INVITE sip:b@h SIP/2.0",
        " INVITE sip:b@h SIP/2.0\r\n",
        "IN<>E sip:b@h SIP/2.0\r\n",
        "hello\tover there\r\n\r\n",
        "SIP/2.0\r\n\r\n\r\n\r\n",
        "GET /\r\n\r\n\r\n\r\n\r\n\r\n"
      })
  void givesNullForWhatIsNoMessage(String text) {
    assertThat(Splices.tryParse(Splices.bytes(text))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "X: y                        |",
        "X:                          |",
        "X :\t y                     |",
        "X\t: y                      |",
        "X:~ ~ ~\t~ y                |",
        "X: \"~ \"                   |",
        "X: \u00ff\u0001\u007f       |",
        "X: \"\\^\"                  |",
        "X: \"\\\"\\^\"              |",
        "Subject: a:b:c              |",
        "1!%*_+'.X: y                |",
        "X: \"^\"                    | 400 Bad Control Character",
        "X: \\^                      | 400 Bad Control Character",
        "X: \"\\\\^\"                | 400 Bad Control Character",
        "X: \"\"\\^                  | 400 Bad Control Character",
        "X: ^                        | 400 Bad Control Character",
        "X: a$b                     | 400 Bad Control Character",
        "X: a$~                     | 400 Bad Control Character",
        "X: \"\\$\"                 | 400 Bad Control Character",
        "X                           | 400 Bad Header Line",
        "` X: y`                     | 400 Bad CSeq",
        ": y                         | 400 Bad Header Line",
        "X Y: z                      | 400 Bad Header Line",
        "X~ : y                      | 400 Bad Header Line",
        "X^: y                       | 400 Bad Header Line",
        "\u00fc: y                   | 400 Bad Header Line",
        "<X>: y                      | 400 Bad Header Line",
        "Max-Forwards: 0             |",
        "Max-Forwards: 255           |",
        "Max-Forwards: 0068          |",
        "max-forwards:~ 7~           |",
        "Max-Forwards: 256           | 400 Bad Max-Forwards",
        "Max-Forwards: -1            | 400 Bad Max-Forwards",
        "Max-Forwards:               | 400 Bad Max-Forwards",
        "Max-Forwards: 7 0           | 400 Bad Max-Forwards",
        "Max-Forwards: 7~Max-Forwards: 7 | 400 Repeated Max-Forwards",
        "From: <sip:a@h>;tag=1       | 400 Repeated From",
        "t: <sip:b@h>                | 400 Repeated To",
        "I: x                        | 400 Repeated Call-ID",
        "CSEQ: 1 INVITE              | 400 Repeated CSeq",
        "Content-Length: 0           |",
        "l: 0~Content-Length: 0      |",
        "l: 0~Content-Length: 00     | 400 Repeated Content-Length",
        "l: 1                        | 400 Content-Length Exceeds Body",
        "l: 99999999999999999999     | 400 Bad Content-Length",
        "l: -1                       | 400 Bad Content-Length",
        "l: 0x0                      | 400 Bad Content-Length",
        "l:                          | 400 Bad Content-Length",
        "l: 0, 0                     | 400 Bad Content-Length",
        "Via: rubbish                |",
      })
  void judgesAHeaderLine(String line, String expected) {
    assertThat(reason(with(line))).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CSeq: 1 INVITE   | CSeq:1  INVITE        |",
        "CSeq: 1 INVITE   | CSeq: 4294967295~ INVITE |",
        "CSeq: 1 INVITE   | CSeq: 0001 INVITE     |",
        "CSeq: 1 INVITE   | CSeq: 4294967296 INVITE | 400 Bad CSeq",
        "CSeq: 1 INVITE   | CSeq: INVITE          | 400 Bad CSeq",
        "CSeq: 1 INVITE   | CSeq: 1               | 400 Bad CSeq",
        "CSeq: 1 INVITE   | CSeq: 1INVITE         | 400 Bad CSeq",
        "CSeq: 1 INVITE   | CSeq: -1 INVITE       | 400 Bad CSeq",
        "CSeq: 1 INVITE   | CSeq: 1 INVITE x      | 400 Bad CSeq",
        "CSeq: 1 INVITE   | CSeq:                 | 400 Bad CSeq",
        "CSeq: 1 INVITE   | CSeq: 1 invite        | 400 CSeq Method Differs",
        "CSeq: 1 INVITE   | CSeq: 1 ACK           | 400 CSeq Method Differs",
        "CSeq: 1 INVITE   | X: y                  | 400 Missing CSeq",
        "Call-ID: x       | i:~ \"<a>@{b}\"       |",
        "Call-ID: x       | Call-ID:              | 400 Bad Call-ID",
        "Call-ID: x       | Call-ID: a b          | 400 Bad Call-ID",
        "Call-ID: x       | Call-ID: a~ b         | 400 Bad Call-ID",
        "Call-ID: x       | X: y                  | 400 Missing Call-ID",
        "To: <sip:b@h>    | t:sip:b@h             |",
        "To: <sip:b@h>    | To:                   | 400 Bad To",
        "To: <sip:b@h>    | To: <sip:b@h>, <sip:c@h> | 400 Bad To",
        "To: <sip:b@h>    | To: <sip:b@h>,        | 400 Bad To",
        "To: <sip:b@h>    | X: y                  | 400 Missing To",
        "From: <sip:a@h>;tag=1 | F : \"\\\"\" <sip:a@h>;TAG=1 |",
        "From: <sip:a@h>;tag=1 | From: <sip:a@h>  |",
        "From: <sip:a@h>;tag=1 | From: \"<sip:a@h> | 400 Bad From",
        "From: <sip:a@h>;tag=1 | X: y             | 400 Missing From",
        "Via: SIP/2.0/UDP h;branch=z9hG4bK1 | V:SIP/2.0/UDP h,SIP/2.0/UDP i |",
        "Via: SIP/2.0/UDP h;branch=z9hG4bK1 | Via: SIP/2.0 UDP h | 400 Bad Via",
        "Via: SIP/2.0/UDP h;branch=z9hG4bK1 | X: y | 400 Missing Via",
      })
  void judgesWhatEveryMessageNeeds(String old, String line, String expected) {
    String text = with("X: z").replace(old, line.replace("~", "\r\n"));
    assertThat(reason(text)).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @EnumSource(HeaderName.class)
  void knowsANameInAnyCase(HeaderName name) {
    String text = name == HeaderName.OTHER ? "X-Unheard-Of" : name.text();
    for (String spelt :
        List.of(text, text.toUpperCase(Locale.ROOT), text.toLowerCase(Locale.ROOT))) {
      assertThat(lookup(spelt)).isEqualTo(name);
      assertThat(lookup(spelt + "x")).isEqualTo(HeaderName.OTHER);
      assertThat(lookup("x" + spelt)).isEqualTo(HeaderName.OTHER);
      assertThat(lookup(spelt.substring(0, spelt.length() - 1) + "~")).isEqualTo(HeaderName.OTHER);
    }
  }

  // At the end of the array as well as in the middle.
  private static HeaderName lookup(String text) {
    byte[] tight = Splices.bytes(text);
    byte[] roomy = Splices.bytes(text + ": and much more behind");
    HeaderName name = HeaderName.of(tight, 0, tight.length);
    assertThat(HeaderName.of(roomy, 0, tight.length)).isEqualTo(name);
    return name;
  }

  @ParameterizedTest
  @CsvSource({
    "v, VIA",
    "f, FROM",
    "t, TO",
    "i, CALL_ID",
    "m, CONTACT",
    "l, CONTENT_LENGTH",
    "c, CONTENT_TYPE",
    "k, SUPPORTED",
    "x, SESSION_EXPIRES",
    "o, EVENT",
    "r, REFER_TO",
    "s, SUBJECT",
    "e, CONTENT_ENCODING",
    "u, ALLOW_EVENTS",
    "b, REFERRED_BY",
    "a, ACCEPT_CONTACT",
    "j, REJECT_CONTACT",
    "d, REQUEST_DISPOSITION",
    "y, IDENTITY",
    "q, OTHER",
    "'!', OTHER",
    "'', OTHER"
  })
  void knowsCompactForms(String text, HeaderName name) {
    assertThat(lookup(text)).isEqualTo(name);
    assertThat(lookup(text.toUpperCase(Locale.ROOT))).isEqualTo(name);
  }

  @Test
  void keepsOrderAndUnknownHeaders() {
    SipMessage m = Splices.parse(with("X-B: 1~x-a: 2~X-b: 3~s:~  four~ five "));
    assertThat(m.headers()).isEqualTo(9);
    int b = m.first("X-B");
    assertThat(b).isEqualTo(5);
    assertThat(Splices.text(m.bytes(), m.lineStart(b), m.lineEnd(b))).isEqualTo("X-B: 1\r\n");
    assertThat(m.first("x-A")).isEqualTo(6);
    assertThat(m.first("X")).isEqualTo(-1);
    assertThat(m.next(HeaderName.OTHER, b)).isEqualTo(6);
    assertThat(m.first("subject")).isEqualTo(8);
    assertThat(m.value(HeaderName.SUBJECT)).isEqualTo("four\r\n five");
    assertThat(m.last(HeaderName.OTHER)).isEqualTo(7);
    assertThat(m.value(HeaderName.ROUTE)).isNull();
  }

  @Test
  void takesAnyByteInTheBodyAndNothingBehindIt() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 256; i++) {
      body.append((char) i);
    }
    SipMessage m = Splices.parse(with("l: 256") + body + "INVITE more");
    assertThat(m.problem()).isNull();
    assertThat(Splices.text(m.bytes(), m.bodyStart(), m.end())).isEqualTo(body.toString());
    SipMessage open = Splices.parse(with("X: y") + body);
    assertThat(open.end() - open.bodyStart())
        .as("to the end without Content-Length")
        .isEqualTo(256);
  }

  @Test
  void readsLinesThatEndInLineFeedOnly() {
    SipMessage m = Splices.parse(with("X: one~ two").replace("\r\n", "\n") + "body");
    assertThat(m.problem()).isNull();
    assertThat(m.headers()).isEqualTo(6);
    assertThat(m.callId()).isEqualTo("x");
    assertThat(Splices.text(m.bytes(), m.bodyStart(), m.end())).isEqualTo("body");
  }

  @Test
  void skipsLineBreaksBeforeTheMessage() {
    SipMessage m = Splices.parse("\r\n\n\r\n" + with("X: y"));
    assertThat(m.problem()).isNull();
    assertThat(m.start()).isEqualTo(5);
    assertThat(m.toString()).startsWith("INVITE");
  }

  @ParameterizedTest
  @CsvSource({"251, ''", "252, 400 Too Many Headers", "5000, 400 Too Many Headers"})
  void limitsTheNumberOfHeaders(int more, String expected) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < more; i++) {
      lines.add("X" + i + ":");
    }
    String text = with(String.join("~", lines));
    assertThat(reason(text)).isEqualTo(expected);
    assertThat(Splices.parse(text).headers()).isEqualTo(Math.min(256, more + 5));
    assertThat(Splices.parse(text).keep().headers()).isEqualTo(Math.min(256, more + 5));
  }

  @Test
  void refusesWhatOffsetsCannotReach() {
    String text = with("X: y");
    String fits = text + "b".repeat(SipParser.MAX_LENGTH - text.length());
    assertThat(Splices.parse("\r\n" + fits).length()).isEqualTo(SipParser.MAX_LENGTH);
    assertThat(Splices.tryParse(Splices.bytes(fits + "b"))).isNull();
    String header = with("X: " + "y".repeat(SipParser.MAX_LENGTH - text.length() + 1));
    SipMessage m = Splices.parse(header);
    assertThat(m.problem()).isNull();
    assertThat(m.valueEnd(5)).isEqualTo(SipParser.MAX_LENGTH - 4);
  }

  @Test
  void forgetsTheMessageBefore() {
    SipParser parser = new SipParser();
    byte[] full = Splices.bytes(SipParserTest.INVITE);
    Objects.requireNonNull(parser.parse(full, 0, full.length));
    byte[] bare = Splices.bytes("INVITE sip:b@h SIP/9\r\n\r\n");
    SipRequest r = (SipRequest) Objects.requireNonNull(parser.parse(bare, 0, bare.length));
    assertThat(r.hasVia() || r.hasFromTag() || r.hasToTag() || r.has(HeaderName.FROM)).isFalse();
    assertThat(r.callId()).isEmpty();
    assertThat(r.cseq()).isEqualTo(-1);
    assertThat(r.maxForwards()).isEqualTo(SipRequest.NO_MAX_FORWARDS);
    assertThat(r.uri().host()).isEqualTo("h");
    assertThat(r.headers()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void knowsMethodsByTheirExactName(Method method) {
    String name = method == Method.OTHER ? "PING" : method.name();
    SipRequest r = Splices.request(with("X: y").replace("INVITE", name));
    assertThat(r.problem()).isNull();
    assertThat(r.method()).isEqualTo(method);
    assertThat(r.cseqMethod()).isEqualTo(method);
    assertThat(r.methodText()).isEqualTo(name);
  }

  @ParameterizedTest
  @Timeout(20)
  @ValueSource(
      strings = {"X: \"\\\0\"\r\n ", "\r\n ", "\0\r", "X\r\n", "\0\n ", "\"\\", "a,", ";a=", "<"})
  void readsSoonWhatIsMadeToBeSlow(String unit) {
    for (String start : List.of("X: ", "Via: SIP/2.0/UDP h;x=", "To: ", "Contact: ", "")) {
      byte[] bytes = Splices.bytes(START + start + unit.repeat(60000 / unit.length()));
      SipParser parser = new SipParser();
      for (int i = 0; i < 20; i++) {
        assertThat(parser.parse(bytes, 0, bytes.length)).isNotNull();
      }
    }
  }
}
