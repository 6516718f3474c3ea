// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests outside a dialog. */
@Timeout(180)
class RequestIT {

  /**
   * Round robin would send each second REGISTER to the other backend, which does not know its
   * nonce.
   */
  @ParameterizedTest
  @EnumSource(TestTransport.class)
  void sendsAnswerToDigestChallengeWhereTheChallengeCameFrom(TestTransport over) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(over)
            .balance("round-robin")
            .backend(Sipp.play("backend-challenges").calls(0))
            .backend(Sipp.play("backend-challenges").calls(0))
            .start()) {
      farm.call(farm.caller("caller-registers").calls(8).rate(10, Duration.ZERO)).succeeds();
      long first = farm.backend(0).received("REGISTER");
      long second = farm.backend(1).received("REGISTER");
      assertThat(first + second).isEqualTo(16);
      assertThat(first).isPositive();
      assertThat(second).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({"UDP, MESSAGE", "TCP, MESSAGE", "UDP, FOO", "TCP, FOO"})
  void relaysMethodsItKnowsAndThoseItDoesNot(TestTransport over, String method) {
    try (LoopbackFarm farm =
        LoopbackFarm.over(over)
            .backend(Sipp.play("backend-answers").with("method", method))
            .backend(Sipp.play("backend-answers").with("method", method).calls(0))
            .start()) {
      farm.call(farm.caller("caller-asks").with("method", method)).succeeds();
      farm.backend(0).succeeds();
      assertThat(farm.backend(1).received()).isEmpty();
    }
  }
}
