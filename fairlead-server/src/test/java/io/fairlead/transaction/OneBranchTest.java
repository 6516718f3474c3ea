// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A device that writes the same branch into everything it sends, and responses with a wrong call.
 */
class OneBranchTest {
  private final TransactionRig rig = new TransactionRig("udp");

  private String of(String method, String callId, int cseq) {
    return rig.request(method).replace("c1@", callId + "@").replace("CSeq: 1", "CSeq: " + cseq);
  }

  @Test
  void tellsItsCallsApart() {
    rig.receive(of("INVITE", "c1", 1));
    ServerTransaction first = rig.server();
    rig.receive(of("INVITE", "c2", 1));
    ServerTransaction second = rig.server();
    assertThat(rig.tells()).isEqualTo("request request");

    second.reject(486, "Busy Here", "");
    assertThat(rig.flow.sent().getLast()).contains("Call-ID: c2@").startsWith("SIP/2.0 486");
    rig.receive(of("ACK", "c2", 1));
    assertThat(((InviteServerTransaction) first).state())
        .isEqualTo(InviteServerTransaction.State.PROCEEDING);
    assertThat(((InviteServerTransaction) second).state())
        .isEqualTo(InviteServerTransaction.State.CONFIRMED);
  }

  @Test
  void answersARetransmissionWithTheAnswerOfItsOwnCall() {
    rig.receive(of("OPTIONS", "c1", 1));
    rig.server().reject(404, "Not Found", "");
    rig.receive(of("OPTIONS", "c2", 1));
    rig.server().reject(200, "OK", "");
    rig.receive(of("OPTIONS", "c1", 1));
    assertThat(rig.flow.sent().getLast()).startsWith("SIP/2.0 404").contains("Call-ID: c1@");
    rig.receive(of("OPTIONS", "c2", 1));
    assertThat(rig.flow.sent().getLast()).startsWith("SIP/2.0 200").contains("Call-ID: c2@");
    assertThat(rig.tells()).isEqualTo("request request");
  }

  @Test
  void takesTheNextRequestOfACallForANewOne() {
    rig.receive(of("INFO", "c1", 1));
    rig.receive(of("INFO", "c1", 2));
    rig.receive(of("INFO", "c1", 2));
    assertThat(rig.tells()).isEqualTo("request request");
  }

  @Test
  void findsALaterCallWhenTheFirstIsOver() {
    rig.receive(of("OPTIONS", "c1", 1));
    rig.server().reject(200, "OK", "");
    rig.act("+20000");
    rig.receive(of("OPTIONS", "c2", 1));
    ServerTransaction second = rig.server();
    rig.act("+13000");
    assertThat(rig.table.servers()).isEqualTo(1);
    rig.receive(of("OPTIONS", "c2", 1));
    second.reject(200, "OK", "");
    rig.act("+33000");
    assertThat(rig.table.servers()).isZero();
    rig.receive(of("OPTIONS", "c3", 1));
    rig.receive(of("OPTIONS", "c3", 1));
    assertThat(rig.tells()).isEqualTo("request request request");
  }

  @Test
  void cancelsTheCallThatTheCancelNames() {
    rig.receive(of("INVITE", "c1", 1));
    rig.receive(of("INVITE", "c2", 7));
    ServerTransaction second = rig.server();
    rig.receive(of("CANCEL", "c3", 1));
    rig.receive(of("CANCEL", "c2", 6));
    assertThat(rig.tells()).isEqualTo("request request stray-cancel stray-cancel");
    second.listener(rig);
    rig.receive(of("CANCEL", "c2", 7));
    assertThat(rig.tells()).isEqualTo("cancel");
  }

  @ParameterizedTest
  @CsvSource({"c1@, c2@", "CSeq: 7, CSeq: 8"})
  void leavesAResponseOfAnotherCallToNobody(String from, String to) {
    rig.act("start-INVITE");
    rig.receive(rig.response(200, "INVITE").replace(from, to));
    assertThat(rig.tells()).isEqualTo("stray-200");
    assertThat(rig.state()).isEqualTo("CALLING");
    rig.receive(rig.response(200, "INVITE"));
    assertThat(rig.tells()).isEqualTo("200");
  }

  @ParameterizedTest
  @CsvSource({
    "', SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKup', ''",
    "198.51.100.1, 198[51",
    "SIP/2.0/UDP 198, 'SIP 198'"
  })
  void leavesAResponseThatNobodyCanBeGivenToNobody(String from, String to) {
    rig.act("start-INVITE");
    rig.receive(rig.response(200, "INVITE").replace(from, to));
    assertThat(rig.tells()).isEqualTo("stray-200");
    assertThat(rig.state()).isEqualTo("CALLING");
  }
}
