// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InviteServerTransactionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # transport | given              | event   | sends   | tells    | next
          udp         | ''                 | INVITE  | ''      | request  | PROCEEDING
          udp         | INVITE             | trying  | 100     | ''       | PROCEEDING
          udp         | INVITE             | INVITE  | ''      | ''       | PROCEEDING
          udp         | INVITE trying      | trying  | ''      | ''       | PROCEEDING
          udp         | INVITE trying      | INVITE  | 100     | ''       | PROCEEDING
          udp         | INVITE             | 180     | 180     | ''       | PROCEEDING
          udp         | INVITE 180         | trying  | ''      | ''       | PROCEEDING
          udp         | INVITE trying 180  | INVITE  | 180     | ''       | PROCEEDING
          udp         | INVITE 180 183     | INVITE  | 183     | ''       | PROCEEDING
          udp         | INVITE             | ACK     | ''      | ''       | PROCEEDING
          udp         | INVITE             | CANCEL  | 200     | cancel   | PROCEEDING
          udp         | INVITE CANCEL      | CANCEL  | 200     | ''       | PROCEEDING
          udp         | INVITE 180         | broken  | ''      | refused  | PROCEEDING
          udp         | INVITE             | 200     | 200     | ''       | ACCEPTED
          udp         | INVITE             | 486     | 486     | ''       | COMPLETED
          udp         | INVITE             | 302     | 302     | ''       | COMPLETED
          udp         | INVITE             | 603     | 603     | ''       | COMPLETED
          udp         | INVITE 486         | INVITE  | 486     | ''       | COMPLETED
          udp         | INVITE 486         | +509    | 486     | ''       | COMPLETED
          udp         | INVITE 486         | 200     | ''      | ''       | COMPLETED
          udp         | INVITE 486         | 180     | ''      | ''       | COMPLETED
          udp         | INVITE 486         | CANCEL  | 200     | ''       | COMPLETED
          udp         | INVITE 486         | broken  | ''      | refused  | COMPLETED
          udp         | INVITE 486         | ACK     | ''      | ''       | CONFIRMED
          udp         | INVITE 486 ACK     | ACK     | ''      | ''       | CONFIRMED
          udp         | INVITE 486 ACK     | INVITE  | ''      | ''       | CONFIRMED
          udp         | INVITE 486 ACK     | +4990   | ''      | ''       | CONFIRMED
          udp         | INVITE 486 ACK     | +5010   | ''      | ''       | TERMINATED
          udp         | INVITE 200         | INVITE  | ''      | ''       | ACCEPTED
          udp         | INVITE 200         | 200     | 200     | ''       | ACCEPTED
          udp         | INVITE 200         | 486     | ''      | ''       | ACCEPTED
          udp         | INVITE 200         | 180     | ''      | ''       | ACCEPTED
          udp         | INVITE 200         | ACK     | ''      | ack      | ACCEPTED
          udp         | INVITE 200         | CANCEL  | 200     | ''       | ACCEPTED
          udp         | INVITE 200         | broken  | ''      | ''       | ACCEPTED
          udp         | INVITE 200         | +31990  | ''      | ''       | ACCEPTED
          udp         | INVITE 200         | +32010  | ''      | ''       | TERMINATED
          udp         | INVITE 200 +32010  | 200     | ''      | ''       | TERMINATED
          udp         | INVITE 200 +32010  | INVITE  | ''      | request  | PROCEEDING
          tcp         | INVITE             | 486     | 486     | ''       | COMPLETED
          tcp         | INVITE 486         | +31990  | ''      | ''       | COMPLETED
          tcp         | INVITE 486         | +32010  | ''      | timeout  | TERMINATED
          tcp         | INVITE 486         | ACK     | ''      | ''       | TERMINATED
          tcp         | INVITE 200         | +31990  | ''      | ''       | ACCEPTED
          tcp         | INVITE 200         | +32010  | ''      | ''       | TERMINATED
          """)
  void followsTheTable(
      String transport, String given, String event, String sends, String tells, String next) {
    MachineRows.check(transport, given, event, sends, tells, next);
  }

  @Test
  void resendsItsFinalResponseByTimerGUntilTimerH() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("INVITE 486");
    rig.tells();
    MachineRows.checkGaps(
        rig.gaps(31_900), 500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000, 4000);
    rig.flow.take();
    rig.act("+200");
    assertThat(rig.sends()).isEmpty();
    assertThat(rig.tells()).isEqualTo("timeout");
    assertThat(rig.state()).isEqualTo("TERMINATED");
  }

  @Test
  void stopsTimerGWhenTheAckComes() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("INVITE 486 +509 ACK");
    rig.flow.take();
    rig.act("+4900");
    assertThat(rig.sends()).isEmpty();
  }

  @Test
  void waitsForAnAnswerAsLongAsTheCoreWants() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("INVITE trying +600000");
    assertThat(rig.state()).isEqualTo("PROCEEDING");
    assertThat(rig.server().request().callId()).isEqualTo("c1@example.com");
  }

  @Test
  void letsTheRequestGoWithTheFinalResponse() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("INVITE 200");
    assertThat(rig.server().answered()).isTrue();
    assertThatThrownBy(() -> rig.server().request()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void writesTryingFromTheRequestWithoutTag() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("INVITE trying");
    assertThat(rig.flow.take().getFirst())
        .startsWith(
            "SIP/2.0 100 Trying\r\n"
                + "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK-peer-1;rport=5070")
        .contains("To: <sip:100@example.com>\r\n");
  }

  @Test
  void rejectsWithATagThatTheCancelHasToo() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("INVITE CANCEL");
    rig.server().reject(487, "Request Terminated", "Retry-After: 5\r\n");
    assertThat(rig.flow.sent().get(1))
        .startsWith("SIP/2.0 487 Request Terminated\r\n")
        .contains("Retry-After: 5\r\n");
    String tag = tag(rig.flow.sent().get(1));
    assertThat(tag).matches("[0-9a-f]{16}").isEqualTo(tag(rig.flow.sent().get(0)));
    rig.branch = "z9hG4bK-peer-2";
    rig.act("INVITE");
    rig.server().reject(404, "Not Found", "");
    assertThat(tag(rig.flow.sent().get(2))).isNotEqualTo(tag);
  }

  private static String tag(String message) {
    int at = message.indexOf("To: <sip:100@example.com>;tag=") + 30;
    return message.substring(at, message.indexOf("\r\n", at));
  }
}
