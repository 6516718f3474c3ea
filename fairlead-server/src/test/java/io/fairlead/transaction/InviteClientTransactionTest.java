// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InviteClientTransactionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # transport | given                       | event        | sends  | tells     | next
          udp         | ''                          | start-INVITE | INVITE | ''        | CALLING
          udp         | start-INVITE                | +509         | INVITE | ''        | CALLING
          udp         | start-INVITE                | 100          | ''     | 100       | PROCEEDING
          udp         | start-INVITE                | 180          | ''     | 180       | PROCEEDING
          udp         | start-INVITE                | 200          | ''     | 200       | ACCEPTED
          udp         | start-INVITE                | 486          | ACK    | 486       | COMPLETED
          udp         | start-INVITE                | broken       | ''     | refused   | TERMINATED
          udp         | start-INVITE                | cancel       | ''     | ''        | CALLING
          udp         | start-INVITE                | terminate    | ''     | ''        | TERMINATED
          udp         | start-INVITE cancel         | 100          | CANCEL | 100       | PROCEEDING
          udp         | start-INVITE cancel         | 200          | ''     | 200       | ACCEPTED
          udp         | start-INVITE cancel         | 486          | ACK    | 486       | COMPLETED
          udp         | start-INVITE 100            | +3600000     | ''     | ''        | PROCEEDING
          udp         | start-INVITE 100            | 180          | ''     | 180       | PROCEEDING
          udp         | start-INVITE 100            | 200          | ''     | 200       | ACCEPTED
          udp         | start-INVITE 100            | 302          | ACK    | 302       | COMPLETED
          udp         | start-INVITE 100            | 603          | ACK    | 603       | COMPLETED
          udp         | start-INVITE 100            | cancel       | CANCEL | ''        | PROCEEDING
          udp         | start-INVITE 100 cancel     | cancel       | ''     | ''        | PROCEEDING
          udp         | start-INVITE 100 cancel     | 180          | ''     | 180       | PROCEEDING
          udp         | start-INVITE 100 cancel     | 487          | ACK    | 487       | COMPLETED
          udp         | start-INVITE 100 cancel     | 200          | ''     | 200       | ACCEPTED
          udp         | start-INVITE 100 terminate  | 200          | ''     | stray-200 | TERMINATED
          udp         | start-INVITE 486            | 486          | ACK    | ''        | COMPLETED
          udp         | start-INVITE 486            | 180          | ''     | ''        | COMPLETED
          udp         | start-INVITE 486            | 200          | ''     | ''        | COMPLETED
          udp         | start-INVITE 486            | cancel       | ''     | ''        | COMPLETED
          udp         | start-INVITE 486            | broken       | ''     | ''        | TERMINATED
          udp         | start-INVITE 486            | +31990       | ''     | ''        | COMPLETED
          udp         | start-INVITE 486            | +32010       | ''     | ''        | TERMINATED
          udp         | start-INVITE 486 +32010     | 486          | ''     | stray-486 | TERMINATED
          udp         | start-INVITE 200            | 200          | ''     | 200       | ACCEPTED
          udp         | start-INVITE 200            | 180          | ''     | ''        | ACCEPTED
          udp         | start-INVITE 200            | 486          | ''     | ''        | ACCEPTED
          udp         | start-INVITE 200            | cancel       | ''     | ''        | ACCEPTED
          udp         | start-INVITE 200            | broken       | ''     | ''        | ACCEPTED
          udp         | start-INVITE 200            | +31990       | ''     | ''        | ACCEPTED
          udp         | start-INVITE 200            | +32010       | ''     | ''        | TERMINATED
          udp         | start-INVITE 200 +32010     | 200          | ''     | stray-200 | TERMINATED
          tcp         | start-INVITE                | +31990       | ''     | ''        | CALLING
          tcp         | start-INVITE                | +32010       | ''     | timeout   | GIVEN_UP
          tcp         | start-INVITE +32010         | +31980       | ''     | ''        | GIVEN_UP
          tcp         | start-INVITE +32010         | +32010       | ''     | ''        | TERMINATED
          tcp         | start-INVITE +32010         | closed       | ''     | ''        | TERMINATED
          tcp         | start-INVITE +32010         | 100          | CANCEL | ''        | PROCEEDING
          tcp         | start-INVITE +32010 100     | 487          | ACK    | ''        | TERMINATED
          tcp         | start-INVITE +32010 100     | 200          | ''     | 200       | ACCEPTED
          tcp         | start-INVITE +32010 100     | +32010       | ''     | ''        | TERMINATED
          tcp         | start-INVITE +32010         | 486          | ACK    | ''        | TERMINATED
          tcp         | start-INVITE +32010         | 200          | ''     | 200       | ACCEPTED
          tcp         | start-INVITE +32010         | cancel       | ''     | ''        | GIVEN_UP
          tcp         | start-INVITE                | closed       | ''     | reset     | TERMINATED
          tcp         | start-INVITE 180            | closed       | ''     | reset     | TERMINATED
          tcp         | start-INVITE 180            | cancel       | CANCEL | ''        | PROCEEDING
          tcp         | start-INVITE 200            | closed       | ''     | ''        | ACCEPTED
          tcp         | start-INVITE                | 486          | ACK    | 486       | TERMINATED
          """)
  void followsTheTable(
      String transport, String given, String event, String sends, String tells, String next) {
    MachineRows.check(transport, given, event, sends, tells, next);
  }

  @Test
  void resendsByTimerADoublingUntilTimerB() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("start-INVITE");
    MachineRows.checkGaps(rig.gaps(31_900), 500, 1000, 2000, 4000, 8000, 16000);
    assertThat(rig.flow.sent()).hasSize(7).containsOnly(rig.flow.sent().getFirst());
    assertThat(rig.tells()).isEmpty();
    rig.flow.take();
    rig.act("+120");
    assertThat(rig.sends()).isEmpty();
    assertThat(rig.tells()).isEqualTo("timeout");
    assertThat(rig.state()).isEqualTo("GIVEN_UP");
    rig.act("+31900");
    assertThat(rig.sends()).isEmpty();
    rig.act("+200");
    assertThat(rig.state()).isEqualTo("TERMINATED");
  }

  @Test
  void acknowledgesWithTheResponsesTo() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("start-INVITE 100 486");
    String via = line(rig.flow.sent().getFirst(), "Via:").split(",", 2)[0];
    assertThat(rig.flow.sent().getLast())
        .isEqualTo(
            "ACK sip:100@192.0.2.1 SIP/2.0\r\n"
                + via
                + "\r\n"
                + "Route: <sip:r1.example.com;lr>\r\n"
                + "Route: <sip:r2.example.com;lr>\r\n"
                + "Max-Forwards: 69\r\n"
                + "f: <sip:alice@example.com>;tag=a1\r\n"
                + "t: <sip:100@example.com>;tag=b486\r\n"
                + "Call-ID: c1@example.com\r\n"
                + "CSeq: 7 ACK\r\n"
                + "Content-Length: 0\r\n\r\n");
  }

  @Test
  void cancelsWithTheInvitesOwnHeaders() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("start-INVITE 100");
    ((InviteClientTransaction) rig.client()).cancel("Reason: SIP;cause=200\r\n");
    String via = line(rig.flow.sent().getFirst(), "Via:").split(",", 2)[0];
    assertThat(rig.flow.sent().getLast())
        .isEqualTo(
            "CANCEL sip:100@192.0.2.1 SIP/2.0\r\n"
                + via
                + "\r\n"
                + "Route: <sip:r1.example.com;lr>\r\n"
                + "Route: <sip:r2.example.com;lr>\r\n"
                + "Max-Forwards: 69\r\n"
                + "f: <sip:alice@example.com>;tag=a1\r\n"
                + "To: <sip:100@example.com>\r\n"
                + "Call-ID: c1@example.com\r\n"
                + "CSeq: 7 CANCEL\r\n"
                + "Reason: SIP;cause=200\r\n"
                + "Content-Length: 0\r\n\r\n");
  }

  private static String line(String message, String name) {
    return List.of(message.split("\r\n", -1)).stream()
        .filter(l -> l.startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void cancelHasATransactionOfItsOwn() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("start-INVITE 100 cancel");
    assertThat(rig.table.clients()).isEqualTo(2);
    rig.flow.take();
    rig.act("+509");
    assertThat(rig.sends()).isEqualTo("CANCEL");
    rig.tells();
    rig.receive(rig.response(200, "CANCEL"));
    rig.act("+10000");
    assertThat(rig.sends()).isEmpty();
    assertThat(rig.tells()).isEmpty();
    assertThat(rig.state()).isEqualTo("PROCEEDING");
  }

  @Test
  void givesUpWhenNoAnswerFollowsTheCancel() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("start-INVITE 180 +60000 cancel +31900");
    assertThat(rig.tells()).isEqualTo("180");
    rig.act("+120");
    assertThat(rig.tells()).isEqualTo("timeout");
    assertThat(rig.table.clients()).isZero();
  }
}
