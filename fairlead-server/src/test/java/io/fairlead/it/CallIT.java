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
  @EnumSource(Over.class)
  void carriesCall(Over over) {
    plays(over, "caller-call", "backend-call");
  }

  @ParameterizedTest
  @EnumSource(Over.class)
  void carriesHangUpOfCallee(Over over) {
    plays(over, "caller-is-hung-up-on", "backend-hangs-up");
  }

  @ParameterizedTest
  @EnumSource(Over.class)
  void holdsBackCancelUntilBackendHasSpoken(Over over) {
    plays(over, "caller-cancels-early", "backend-is-cancelled-early");
  }

  @ParameterizedTest
  @EnumSource(Over.class)
  void cancelsRingingCall(Over over) {
    plays(over, "caller-cancels-late", "backend-is-cancelled-late");
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, caller-reinvites, backend-is-reinvited",
    "TCP, caller-reinvites, backend-is-reinvited",
    "UDP, caller-is-reinvited, backend-reinvites",
    "TCP, caller-is-reinvited, backend-reinvites"
  })
  void carriesReinviteOfEitherSide(Over over, String caller, String backend) {
    plays(over, caller, backend);
  }

  @ParameterizedTest
  @EnumSource(Over.class)
  void carriesUpdate(Over over) {
    plays(over, "caller-updates", "backend-is-updated");
  }

  @ParameterizedTest
  @EnumSource(Over.class)
  void carriesReliableProvisionalResponse(Over over) {
    plays(over, "caller-acknowledges-ringing", "backend-rings-reliably");
  }

  @ParameterizedTest
  @EnumSource(Over.class)
  void carriesReferAndItsNotify(Over over) {
    plays(over, "caller-refers", "backend-is-referred");
  }

  @ParameterizedTest
  @EnumSource(Over.class)
  void carriesLateOffer(Over over) {
    plays(over, "caller-offers-late", "backend-takes-late-offer");
  }

  /** One call by the first backend; the second must not hear of it. */
  private static void plays(Over over, String caller, String backend) {
    try (Farm farm =
        Farm.over(over).backend(backend).backend(Sipp.play("backend-call").calls(0)).start()) {
      farm.call(caller);
      farm.backend(0).succeeds();
      assertThat(farm.backend(1).received()).isEmpty();
    }
  }
}
