// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoSummaryTest {
  private final CallTally tally = new CallTally();

  @Test
  void isGoodWhenCallsWereLostWithTheirServerOnly() {
    tally.placed();
    tally.placed();
    tally.answered("fs1", 120);
    tally.answered("fs2", 240);
    tally.lost("fs2");
    assertThat(summary(true))
        .startsWith(
            "2 calls placed, 2 answered, 0 failed. Set-up time, ringing included: p50 240 ms, p95"
                + " 240 ms.\n")
        .contains("fs2 was killed at 10 s.\n")
        .contains("1 call ended with a server that went down.")
        .endsWith("Good: no call failed.\n");
  }

  @Test
  void isBadWhenACallFailedAndSaysWhy() {
    tally.answered("fs1", 1);
    tally.failed("", "INVITE 503 Service Unavailable");
    assertThat(summary(false))
        .contains("failed: INVITE 503 Service Unavailable: 1\n")
        .endsWith("Bad: calls failed.\n");
  }

  @Test
  void isBadWhenNothingWorked() {
    assertThat(summary(false)).endsWith("Bad: no call was answered.\n");
  }

  private String summary(boolean good) {
    StringWriter out = new StringWriter();
    assertThat(
            DemoSummary.print(
                new PrintWriter(out), "server", tally.total(), List.of("fs2 was killed at 10 s")))
        .isEqualTo(good);
    return out.toString();
  }
}
