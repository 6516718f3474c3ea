// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.ManualLoop;
import io.fairlead.sip.SipProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows rubbish on a stream: it is shown to who can answer, and the connection ends. */
class BrokenStreamTest {
  private static final String GOOD = "MESSAGE sip:a@b SIP/2.0\r\nl: 2\r\n\r\nhi";
  private static final String ANSWER = "SIP/2.0 200 OK\r\n\r\n";

  private final List<String> seen = new ArrayList<>();
  private final FakeLayeredConnection carrier =
      new FakeLayeredConnection(ListenerSettings.of("tcp://127.0.0.1:0"), new ManualLoop(0)) {
        @Override
        public void message(byte[] bytes, int from, int to) {
          seen.add(text(bytes, from, to));
        }

        @Override
        public void broken(byte[] bytes, int from, int to, SipProblem problem) {
          seen.add(problem.reason() + ": " + text(bytes, from, to));
        }
      };
  private final SipFraming framing = new SipFraming(carrier);

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private void arrives(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    framing.received(bytes, 0, bytes.length);
  }

  @Test
  void takesNoMessageOutOfABodyOfUnknownLength() {
    String smuggled = "MESSAGE sip:a@b SIP/2.0\r\nc: text/plain\r\n\r\n" + GOOD;
    arrives(GOOD + smuggled);
    assertThat(seen).containsExactly(GOOD, "Missing Content-Length: " + smuggled);
    assertThat(carrier.ended).isEqualTo("a body without Content-Length");
    arrives(GOOD);
    assertThat(seen).hasSize(2);
  }

  @Test
  void endsBehindAResponseWithABodyOfUnknownLength() {
    String response = "SIP/2.0 200 OK\r\nContent-Type: application/sdp\r\n\r\n";
    arrives(response + GOOD);
    assertThat(seen).containsExactly("Missing Content-Length: " + response + GOOD);
    assertThat(carrier.ended).isNotNull();
  }

  @Test
  void takesAMessageWithoutEitherForOneWithoutBody() {
    arrives(ANSWER + ANSWER + GOOD);
    assertThat(seen).containsExactly(ANSWER, ANSWER, GOOD);
    assertThat(carrier.ended).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n",
        "GET / HTTP/1.1\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        "\u0001INVITE sip:a SIP/2.0\r\n",
        "SIP/2.0200 OK\r\n",
        "SIP/3.0 200 OK\\r\\n",
        "IP/2.0 200 OK\r\n",
        "= sip:a SIP/2.0\r\n"
      })
  void showsWhatFollowsRubbishAndEnds(String rubbish) {
    arrives(GOOD + rubbish + GOOD);
    assertThat(seen).hasSize(2);
    assertThat(seen.getLast()).startsWith("Not SIP: " + rubbish + "MESSAGE");
    assertThat(carrier.ended).isEqualTo("not SIP");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"INVITE sip:a", "INVITE sip:a SIP/3.0", "INVITE  sip:a SIP/2.0", "SIP/2.0 20 OK"})
  void leavesABadFirstLineToWhoReadsMessages(String line) {
    String bad = line + "\r\nVia: SIP/2.0/TCP a\r\nl: 0\r\n\r\n";
    arrives(bad + GOOD);
    boolean sip = line.contains("SIP/");
    assertThat(seen).hasSize(sip ? 2 : 1);
    assertThat(seen.getFirst()).isEqualTo(sip ? bad : "Not SIP: " + bad);
  }
}
