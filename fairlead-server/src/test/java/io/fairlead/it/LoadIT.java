// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many calls at once. Nothing else runs meanwhile. */
@Timeout(180)
@Isolated
class LoadIT {
  private static final int CALLS = 200;

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void carriesAllCallsAndUsesBothBackends(TestTransport over) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(over)
            .balance("least-calls")
            .backend(Sipp.play("backend-call").calls(0))
            .backend(Sipp.play("backend-call").calls(0))
            .start()) {
      farm.call(farm.caller("caller-call").calls(CALLS).rate(50, Duration.ofMillis(300)))
          .succeeds();
      long first = farm.backend(0).received("BYE");
      long second = farm.backend(1).received("BYE");
      assertThat(first + second).isEqualTo(CALLS);
      assertThat(first).isBetween(CALLS * 4L / 10, CALLS * 6L / 10);
    }
  }

  @Test
  void replacesCertificateDuringCallsAndLosesNone() {
    Authority.Certificate shown = TestTransport.certificate(Loopback.free());
    String before = shown.pem();
    Authority.Certificate next = TestTransport.certificate(Loopback.free());
    try (LoopbackFarm farm =
        LoopbackFarm.over(TestTransport.TLS)
            .certificate(shown)
            .listening(TestTransport.UDP)
            .backend(TestTransport.UDP, Sipp.play("backend-call").patient().calls(0))
            .top("timers: { t1: 4s }")
            .start()) {
      Handshakes there = new Handshakes(farm.address());
      assertThat(there.shake()).contains(before);
      Sipp callers =
          farm.call(
              farm.caller("caller-call")
                  .socketPerCall()
                  .patient()
                  .calls(2400)
                  .rate(200, Duration.ofMillis(300)));
      assertThat(
              Loopback.await(Duration.ofSeconds(20), () -> callers.received("SIP/2.0 200") > 200))
          .isTrue();
      next.replaces(shown);
      assertThat(Loopback.await(Duration.ofSeconds(20), () -> there.shake().contains(next.pem())))
          .isTrue();
      assertThat(callers.running()).isTrue();
      farm.ends(callers);
      assertThat(farm.backend(0).received("BYE ")).isEqualTo(2400);
    }
  }
}
