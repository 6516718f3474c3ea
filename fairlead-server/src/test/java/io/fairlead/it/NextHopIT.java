// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other transports, address families and proxies behind Fairlead. */
@Timeout(180)
class NextHopIT {

  @ParameterizedTest
  @CsvSource({"UDP, TCP", "TCP, UDP"})
  void carriesCallFromOneTransportToTheOther(TestTransport caller, TestTransport backend) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(caller)
            .listening(backend)
            .backend(backend, Sipp.play("backend-call"))
            .start()) {
      farm.call("caller-call");
      farm.backend(0).succeeds();
    }
  }

  @ParameterizedTest
  @CsvSource({"UDP, TCP", "TCP, UDP"})
  void carriesHangUpOfCalleeFromOneTransportToTheOther(
      TestTransport caller, TestTransport backend) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(caller)
            .listening(backend)
            .backend(backend, Sipp.play("backend-hangs-up"))
            .start()) {
      farm.call("caller-is-hung-up-on");
      farm.backend(0).succeeds();
    }
  }

  @ParameterizedTest
  @CsvSource({"UDP", "TCP"})
  void carriesCallOverIpv6(TestTransport over) {
    try (LoopbackFarm farm = LoopbackFarm.over(over).on("::1").backend("backend-call").start()) {
      farm.call("caller-call");
      farm.backend(0).succeeds();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, caller-call, backend-call",
    "TCP, caller-call, backend-call",
    "UDP, caller-is-hung-up-on, backend-hangs-up",
    "TCP, caller-is-hung-up-on, backend-hangs-up",
    "UDP, caller-is-reinvited, backend-reinvites",
    "UDP, caller-cancels-late, backend-is-cancelled-late"
  })
  void carriesCallThroughKamailio(TestTransport over, String caller, String callee) {
    try (Sipp behind = Sipp.play(callee).over(over).start();
        KamailioProcess kamailio = KamailioProcess.forwarding(over, behind.address());
        LoopbackFarm farm = LoopbackFarm.over(over).uri(over.uri(kamailio.address())).start()) {
      farm.call(caller);
      behind.succeeds();
    }
  }

  @Test
  void findsBackendHealthyByOptions() {
    try (LoopbackFarm farm =
        LoopbackFarm.over(TestTransport.UDP)
            .health("{ interval: 1s, timeout: 500ms }")
            .backend(Sipp.play("backend-is-probed").calls(0))
            .start()) {
      assertThat(
              Loopback.await(Duration.ofSeconds(10), () -> farm.backend(0).received("OPTIONS") > 1))
          .isTrue();
      farm.call("caller-call");
      assertThat(farm.backend(0).received("BYE")).isOne();
    }
  }
}
