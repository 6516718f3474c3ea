// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo of attacks, from its first line to its last. */
@Timeout(60)
class AttackDemoTest {
  private static final int SECONDS = 15;

  @Test
  void bansWhoAttacksAndFailsNoCall() throws Exception {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    boolean good = new AttackDemo(SECONDS, 10, out).run(new CountDownLatch(1));
    assertThat(good).as(text.toString()).isTrue();
    assertThat(text.toString())
        .contains("127.0.0.66 is banned for 30 s: wrong-password 20")
        .contains("127.0.0.67 is banned for 30 s: scanner 2")
        .containsPattern("127.0.0.20, office: .* never banned: its other phones are good")
        .containsPattern("127.0.0.67, scanner, TCP: .* 0 answered, banned once")
        .containsPattern("127.0.0.68, flooder, UDP: .* never banned: over UDP")
        .containsPattern("Dropped unanswered: [1-9][0-9]* over the budget")
        .contains("Good: no call failed.");
  }

  @Test
  void endsWhenItIsTold() throws Exception {
    StringWriter text = new StringWriter();
    CountDownLatch stop = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(() -> {
          while (!text.toString().contains("calls per second to the phones begin")) {
            Thread.onSpinWait();
          }
          stop.countDown();
        });
    new AttackDemo(0, 10, new PrintWriter(text)).run(stop);
    assertThat(text.toString()).contains("ending: no new calls").doesNotContain("is banned for");
  }
}
