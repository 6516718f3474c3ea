// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailoverReasonTest {
  @ParameterizedTest
  @CsvSource({
    "timeout,0,0",
    "transport,0,0",
    "server,0,0",
    "trunk,0,0",
    "400,400,0",
    "480,480,0",
    "503,503,0",
    "599,599,0",
    "cause:1,0,1",
    "cause:34,0,34",
    "cause:127,0,127",
  })
  void readsWhatMayBeWritten(String text, int status, int cause) {
    FailoverReason reason = FailoverReason.parse(text);

    assertThat(reason.status()).isEqualTo(status);
    assertThat(reason.cause()).isEqualTo(cause);
    assertThat(reason).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "603,cause:34",
    "600,cause:34",
    "302,no failure",
    "183,no failure",
    "401,goes to the caller",
    "407,goes to the caller",
    "487,goes to the caller",
    "cause:0,1 to 127",
    "cause:128,1 to 127",
    "cause:,1 to 127",
    "cause:x,1 to 127",
    "cause: 34,1 to 127",
    "40,is no reason",
    "700,is no reason",
    "Timeout,is no reason",
  })
  void saysWhyItRefusesTheRest(String text, String why) {
    assertThatThrownBy(() -> FailoverReason.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
