// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NonInviteClientTransactionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # transport | given                   | event         | sends   | tells     | next
          udp         | ''                      | start-OPTIONS | OPTIONS | ''        | TRYING
          udp         | start-OPTIONS           | +509          | OPTIONS | ''        | TRYING
          udp         | start-OPTIONS           | 100           | ''      | 100       | PROCEEDING
          udp         | start-OPTIONS           | 200           | ''      | 200       | COMPLETED
          udp         | start-OPTIONS           | 503           | ''      | 503       | COMPLETED
          udp         | start-OPTIONS           | broken        | ''      | refused   | TERMINATED
          udp         | start-OPTIONS           | terminate     | ''      | ''        | TERMINATED
          udp         | start-OPTIONS 100       | 100           | ''      | 100       | PROCEEDING
          udp         | start-OPTIONS 100       | +509          | OPTIONS | ''        | PROCEEDING
          udp         | start-OPTIONS 100       | 404           | ''      | 404       | COMPLETED
          udp         | start-OPTIONS 100       | broken        | ''      | refused   | TERMINATED
          udp         | start-OPTIONS 200       | 200           | ''      | ''        | COMPLETED
          udp         | start-OPTIONS 200       | 100           | ''      | ''        | COMPLETED
          udp         | start-OPTIONS 200       | broken        | ''      | ''        | COMPLETED
          udp         | start-OPTIONS 200       | +4990         | ''      | ''        | COMPLETED
          udp         | start-OPTIONS 200       | +5010         | ''      | ''        | TERMINATED
          udp         | start-OPTIONS 200 +5010 | 200           | ''      | stray-200 | TERMINATED
          tcp         | start-OPTIONS           | +31990        | ''      | ''        | TRYING
          tcp         | start-OPTIONS           | +32010        | ''      | timeout   | TERMINATED
          tcp         | start-OPTIONS           | 100           | ''      | 100       | PROCEEDING
          tcp         | start-OPTIONS 100       | +32010        | ''      | timeout   | TERMINATED
          tcp         | start-OPTIONS           | 200           | ''      | 200       | TERMINATED
          tcp         | start-OPTIONS           | closed        | ''      | reset     | TERMINATED
          tcp         | start-OPTIONS 100       | closed        | ''      | reset     | TERMINATED
          """)
  void followsTheTable(
      String transport, String given, String event, String sends, String tells, String next) {
    MachineRows.check(transport, given, event, sends, tells, next);
  }

  @Test
  void resendsByTimerEUpToT2UntilTimerF() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("start-OPTIONS");
    MachineRows.checkGaps(
        rig.gaps(31_900), 500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000, 4000);
    rig.flow.take();
    rig.act("+120");
    assertThat(rig.sends()).isEmpty();
    assertThat(rig.tells()).isEqualTo("timeout");
    assertThat(rig.state()).isEqualTo("TERMINATED");
  }

  @Test
  void resendsEveryT2OnceAProvisionalCame() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("start-OPTIONS 100");
    MachineRows.checkGaps(rig.gaps(13_000), 500, 4000, 4000, 4000);
  }

  @Test
  void endsByATimeoutOfItsOwn() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("start-OPTIONS");
    ((NonInviteClientTransaction) rig.client()).timeout(1_000_000_000L);
    rig.act("+990");
    assertThat(rig.tells()).isEmpty();
    rig.act("+20");
    assertThat(rig.sends()).isEqualTo("OPTIONS OPTIONS");
    assertThat(rig.tells()).isEqualTo("timeout");
    assertThat(rig.table.clients()).isZero();
  }
}
