// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NonInviteServerTransactionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # transport | given          | event   | sends | tells   | next
          udp         | ''             | OPTIONS | ''    | request | TRYING
          udp         | OPTIONS        | OPTIONS | ''    | ''      | TRYING
          udp         | OPTIONS        | trying  | ''    | ''      | TRYING
          udp         | OPTIONS        | 180     | ''    | ''      | TRYING
          udp         | OPTIONS        | 100     | ''    | ''      | TRYING
          udp         | OPTIONS        | +3490   | ''    | ''      | TRYING
          udp         | OPTIONS        | +3510   | 100   | ''      | PROCEEDING
          udp         | OPTIONS        | 200     | 200   | ''      | COMPLETED
          udp         | OPTIONS        | 404     | 404   | ''      | COMPLETED
          udp         | OPTIONS        | 408     | ''    | ''      | COMPLETED
          udp         | OPTIONS +3510  | OPTIONS | 100   | ''      | PROCEEDING
          udp         | OPTIONS +3510  | 183     | ''    | ''      | PROCEEDING
          udp         | OPTIONS +3510  | 200     | 200   | ''      | COMPLETED
          udp         | OPTIONS +3510  | 408     | ''    | ''      | COMPLETED
          udp         | OPTIONS +3510  | broken  | ''    | refused | PROCEEDING
          udp         | OPTIONS +3510  | +28480  | ''    | ''      | PROCEEDING
          udp         | OPTIONS +3510  | +28520  | ''    | timeout | TERMINATED
          udp         | OPTIONS 200    | OPTIONS | 200   | ''      | COMPLETED
          udp         | OPTIONS 200    | 500     | ''    | ''      | COMPLETED
          udp         | OPTIONS 200    | broken  | ''    | ''      | COMPLETED
          udp         | OPTIONS 200    | +31990  | ''    | ''      | COMPLETED
          udp         | OPTIONS 200    | +32010  | ''    | ''      | TERMINATED
          udp         | OPTIONS 408    | OPTIONS | ''    | ''      | COMPLETED
          udp         | OPTIONS 408    | 200     | ''    | ''      | COMPLETED
          tcp         | OPTIONS        | +3510   | 100   | ''      | PROCEEDING
          tcp         | OPTIONS        | 200     | 200   | ''      | TERMINATED
          tcp         | OPTIONS        | 408     | ''    | ''      | TERMINATED
          """)
  void followsTheTable(
      String transport, String given, String event, String sends, String tells, String next) {
    MachineRows.check(transport, given, event, sends, tells, next);
  }

  @Test
  void sendsTheSameFinalResponseAgain() {
    TransactionRig rig = new TransactionRig("udp");
    rig.act("OPTIONS 200 OPTIONS");
    assertThat(rig.flow.sent()).hasSize(2);
    assertThat(rig.flow.sent().get(1))
        .startsWith("SIP/2.0 200 X\r\n")
        .isEqualTo(rig.flow.sent().get(0));
  }
}
