// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What may happen in a call, with two backends, over UDP and TCP. */
@Timeout(180)
class CallIT {

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void carriesCall(TestTransport over) {
    plays(over, "caller-call", "backend-call");
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void carriesHangUpOfCallee(TestTransport over) {
    plays(over, "caller-is-hung-up-on", "backend-hangs-up");
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void holdsBackCancelUntilBackendHasSpoken(TestTransport over) {
    plays(over, "caller-cancels-early", "backend-is-cancelled-early");
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void cancelsRingingCall(TestTransport over) {
    plays(over, "caller-cancels-late", "backend-is-cancelled-late");
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, caller-reinvites, backend-is-reinvited",
    "TCP, caller-reinvites, backend-is-reinvited",
    "UDP, caller-is-reinvited, backend-reinvites",
    "TCP, caller-is-reinvited, backend-reinvites"
  })
  void carriesReinviteOfEitherSide(TestTransport over, String caller, String backend) {
    plays(over, caller, backend);
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void carriesUpdate(TestTransport over) {
    plays(over, "caller-updates", "backend-is-updated");
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void carriesReliableProvisionalResponse(TestTransport over) {
    plays(over, "caller-acknowledges-ringing", "backend-rings-reliably");
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void carriesReferAndItsNotify(TestTransport over) {
    plays(over, "caller-refers", "backend-is-referred");
  }

  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void carriesLateOffer(TestTransport over) {
    plays(over, "caller-offers-late", "backend-takes-late-offer");
  }

  /** One call by the first backend; the second must not hear of it. */
  private static void plays(TestTransport over, String caller, String backend) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(over)
            .backend(backend)
            .backend(Sipp.play("backend-call").calls(0))
            .start()) {
      farm.call(caller);
      farm.backend(0).succeeds();
      assertThat(farm.backend(1).received()).isEmpty();
    }
  }
}
