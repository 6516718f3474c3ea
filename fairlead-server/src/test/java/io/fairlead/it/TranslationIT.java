// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls from each transport to each, and from one address family to the other. */
@Timeout(180)
class TranslationIT {

  static Stream<Arguments> pairs() {
    return Arrays.stream(TestTransport.values())
        .flatMap(caller ->
            Arrays.stream(TestTransport.values()).map(backend -> Arguments.of(caller, backend)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void carriesCallFromEachTransportToEach(TestTransport caller, TestTransport backend) {
    plays(
        LoopbackFarm.over(caller).listening(backend),
        backend,
        Sipp.play("backend-call"),
        "caller-call");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void carriesHangUpOfCalleeFromEachTransportToEach(TestTransport caller, TestTransport backend) {
    plays(
        LoopbackFarm.over(caller).listening(backend),
        backend,
        Sipp.play("backend-hangs-up"),
        "caller-is-hung-up-on");
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, 127.0.0.1, UDP, ::1",
    "UDP, ::1, UDP, 127.0.0.1",
    "TLS, 127.0.0.1, UDP, ::1",
    "UDP, ::1, TLS, 127.0.0.1"
  })
  void carriesCallFromOneAddressFamilyToTheOther(
      TestTransport caller, String outside, TestTransport backend, String inside) {
    plays(
        LoopbackFarm.over(caller).on(outside).listening(backend).inside(inside),
        backend,
        Sipp.play("backend-call"),
        "caller-call");
    plays(
        LoopbackFarm.over(caller).on(outside).listening(backend).inside(inside),
        backend,
        Sipp.play("backend-hangs-up"),
        "caller-is-hung-up-on");
  }

  // Retransmissions come after four seconds here, so that a busy machine does not cause one.
  private static void plays(
      LoopbackFarm.Plan plan, TestTransport over, Sipp.Script backend, String caller) {
    try (LoopbackFarm farm =
        plan.backend(over, backend.patient()).top("timers: { t1: 4s }").start()) {
      Sipp calling = farm.call(farm.caller(caller).patient());
      farm.ends(calling);
      Sipp called = farm.backend(0);
      called.succeeds();
      assertThat(called.received("INVITE ")).isOne();
      assertThat(called.received("ACK ")).isOne();
      assertThat(called.received("BYE ") + calling.received("BYE ")).isOne();
      assertThat(calling.received("SIP/2.0 100")).isOne();
      assertThat(calling.received("SIP/2.0 180")).isOne();
      farm.tellsWay(called.message("INVITE "));
      farm.tellsWay(calling.message("SIP/2.0 200"));
    }
  }
}
