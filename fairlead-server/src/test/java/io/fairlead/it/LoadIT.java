// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 200 calls at 50 per second. */
@Timeout(90)
class LoadIT {
  private static final int CALLS = 200;

  @ParameterizedTest
  @EnumSource(Over.class)
  void carriesAllCallsAndUsesBothBackends(Over over) {
    try (Farm farm =
        Farm.over(over)
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
}
