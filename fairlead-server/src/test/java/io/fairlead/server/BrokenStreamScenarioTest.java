// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.sip.SipProblem;
import io.fairlead.transport.CapturedFlow;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a stream brought that is no message: who asked has an answer before the connection ends. */
class BrokenStreamScenarioTest {
  private static final String INVITE =
      "INVITE sip:bob@example.com SIP/2.0\r\n"
          + "Via: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
          + "From: <sip:a@b>;tag=1\r\n"
          + "To: <sip:bob@example.com>\r\n"
          + "Call-ID: 1\r\n"
          + "CSeq: 1 INVITE\r\n";

  private final ServerRig rig = ServerRig.serial();
  private final CapturedFlow flow = CapturedFlow.tcp("192.0.2.1", 40000);

  private void brings(String text, SipProblem problem) {
    byte[] bytes = ("..." + text).getBytes(StandardCharsets.ISO_8859_1);
    rig.house.dispatcher().onBroken(flow, bytes, 3, bytes.length, problem);
  }

  @Test
  void answersARequestWhoseBodyHasNoLength() {
    brings(INVITE + "Content-Type: application/sdp\r\n\r\nv=0\r\n", SipProblem.NO_LENGTH);
    assertThat(flow.sent()).hasSize(1);
    assertThat(flow.sent().getFirst())
        .startsWith("SIP/2.0 400 Missing Content-Length\r\nVia: SIP/2.0/TCP 192.0.2.1:5060;")
        .contains("Call-ID: 1\r\nCSeq: 1 INVITE\r\n");
    rig.assertEmpty();
  }

  @Test
  void answersOneThatIsTooLongAndNotComplete() {
    brings(INVITE + "X: " + "y".repeat(100_000), SipProblem.TOO_LARGE);
    assertThat(flow.sent().getFirst()).startsWith("SIP/2.0 513 Message Too Large\r\nVia: ");
  }

  @Test
  void answersWhatStandsBehindRubbish() {
    brings("hello\r\nyou: there\r\n" + INVITE + "l: 0\r\n\r\n", SipProblem.NOT_SIP);
    assertThat(flow.sent().getFirst()).startsWith("SIP/2.0 400 Not SIP\r\nVia: ");
    assertThat(rig.backends).allMatch(backend -> backend.received.isEmpty());
  }

  @Test
  void answersNeitherAnAckNorAResponseNorRubbishAlone() {
    String response = "SIP/2.0 200 OK\r\n" + INVITE.substring(INVITE.indexOf("Via"));
    brings(response + "c: a/b\r\n\r\n", SipProblem.NO_LENGTH);
    brings(INVITE.replace("INVITE", "ACK") + "c: a/b\r\n\r\n", SipProblem.NO_LENGTH);
    brings("hello\r\n".repeat(100), SipProblem.NOT_SIP);
    assertThat(flow.sent()).isEmpty();
    assertThat(rig.meters.counter(Meter.PARSE_FAILURES, "Not SIP").value()).isEqualTo(1);
  }
}
