// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent twice over UDP, and by whom. */
@Timeout(120)
class RetransmissionIT {

  @Test
  void absorbsRetransmittedInvite() throws IOException {
    try (LoopbackFarm farm =
            LoopbackFarm.over(TestTransport.UDP).backend("backend-is-slow").uri(nobody()).start();
        TextPeer caller = new TextPeer(TestTransport.UDP, farm.address())) {
      TextDialog dialog = new TextDialog(caller, farm.address());
      dialog.invite("a1");
      dialog.invite("a1");
      dialog.invite("a1");
      dialog.isAnswered(caller.receiveFinal());
      dialog.hangUp();
      assertThat(TextPeer.status(caller.receiveFinal())).isEqualTo(200);
      farm.backend(0).succeeds();
      assertThat(farm.backend(0).received("INVITE")).isOne();
    }
  }

  /**
   * The first 200 is treated as lost; the backend sends it again, end to end, and the ACK of that
   * passes.
   */
  @Test
  void passesRepeatedAnswerAndItsAck() throws IOException {
    try (LoopbackFarm farm =
            LoopbackFarm.over(TestTransport.UDP)
                .backend("backend-repeats-answer")
                .uri(nobody())
                .start();
        TextPeer caller = new TextPeer(TestTransport.UDP, farm.address())) {
      TextDialog dialog = new TextDialog(caller, farm.address());
      dialog.invite("b1");
      String lost = caller.receiveFinal();
      String repeated = caller.receiveFinal();
      assertThat(repeated).isEqualTo(lost).startsWith("SIP/2.0 200");
      dialog.isAnswered(repeated);
      dialog.hangUp();
      assertThat(TextPeer.status(caller.receiveFinal())).isEqualTo(200);
      farm.backend(0).succeeds();
      assertThat(farm.backend(0).received("INVITE")).isOne();
      assertThat(farm.backend(0).received("ACK")).isOne();
    }
  }

  private static String nobody() {
    return TestTransport.UDP.uri(Loopback.free());
  }
}
