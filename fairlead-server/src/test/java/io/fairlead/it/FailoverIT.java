// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which answers go to the next backend, and which are the callee's own. */
@Timeout(180)
class FailoverIT {

  @ParameterizedTest
  @CsvSource({
    "UDP, 302, Moved Temporarily, Contact: <sip:1000@192.0.2.9>",
    "TCP, 302, Moved Temporarily, Contact: <sip:1000@192.0.2.9>",
    "UDP, 486, Busy Here, Warning: 399 example.com \"busy\"",
    "TCP, 486, Busy Here, Warning: 399 example.com \"busy\"",
    "UDP, 603, Decline, Warning: 399 example.com \"no\"",
    "TCP, 603, Decline, Warning: 399 example.com \"no\""
  })
  void passesOutcomeOfCalleeWithoutFailover(
      TestTransport over, String status, String reason, String header) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(over)
            .backend(refusing(status, reason, header))
            .backend(Sipp.play("backend-call").calls(0))
            .start()) {
      // Dots for what a regular expression would read otherwise; the header must have come whole.
      refusedWith(farm, status, header.replaceAll("[^A-Za-z0-9: @]", "."));
      farm.backend(0).succeeds();
      assertThat(farm.backend(1).received()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, 500",
    "TCP, 500",
    "UDP, 502",
    "UDP, 503",
    "TCP, 503",
    "UDP, 504",
  })
  void triesNextBackendAfterFailureOfBackend(TestTransport over, String status) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(over)
            .backend(refusing(status, "Not now", "Retry-After: 300"))
            .backend("backend-call")
            .start()) {
      farm.call("caller-call");
      farm.backend(0).succeeds();
      farm.backend(1).succeeds();
      assertThat(farm.backend(0).received("INVITE")).isOne();
      assertThat(farm.backend(0).received("ACK")).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void triesNextBackendAfterSilence(TestTransport over) throws IOException {
    try (SilentBackend silent = new SilentBackend(over);
        LoopbackFarm farm =
            LoopbackFarm.over(over)
                .pool("failover: { try-timeout: 700ms }")
                .uri(over.uri(silent.address()))
                .backend("backend-call")
                .start()) {
      farm.call("caller-call");
      farm.backend(0).succeeds();
      // Over TLS it heard the beginning of a handshake.
      String first = over == TestTransport.TLS ? "\u0016\u0003" : "INVITE ";
      assertThat(silent.received()).anyMatch(bytes -> bytes.startsWith(first));
    }
  }

  /** The try timeout is far longer than the caller waits: only what the network says can help. */
  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void triesNextBackendAtOnceWhenPortIsClosed(TestTransport over) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(over)
            .pool("failover: { try-timeout: 30s }")
            .uri(over.uri(Loopback.free()))
            .backend("backend-call")
            .start()) {
      farm.call("caller-call");
      farm.backend(0).succeeds();
    }
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void saysWhenToComeBackWhenAllBackendsAreDead(TestTransport over) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(over)
            .pool("failover: { try-timeout: 500ms }")
            .uri(over.uri(Loopback.free()))
            .uri(over.uri(Loopback.free()))
            .start()) {
      refusedWith(farm, "503", "Retry-After: [0-9]");
    }
  }

  private static Sipp.Script refusing(String status, String reason, String header) {
    return Sipp.play("backend-refuses")
        .with("status", status + " " + reason)
        .with("header", header);
  }

  private static void refusedWith(LoopbackFarm farm, String status, String expected) {
    farm.call(farm.caller("caller-is-refused").with("status", status).with("expect", expected))
        .succeeds();
  }
}
