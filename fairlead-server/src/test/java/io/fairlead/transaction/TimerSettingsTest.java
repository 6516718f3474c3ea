// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.config.SettingException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimerSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "1,4000,5000,180000,t1",
    "500,499,5000,180000,t2",
    "500,4000,-1,180000,t4",
    "500,4000,5000,1,timer-c"
  })
  void refusesLengthsThatMakeNoSense(long t1, long t2, long t4, long c, String key) {
    assertThatThrownBy(() ->
            new TimerSettings(
                Duration.ofMillis(t1),
                Duration.ofMillis(t2),
                Duration.ofMillis(t4),
                Duration.ofMillis(c)))
        .isInstanceOfSatisfying(SettingException.class, e -> assertThat(e.key()).isEqualTo(key));
  }

  /** RFC 4320 §4.1: as long as timer E needs to grow to T2. */
  @ParameterizedTest
  @CsvSource({
    "500,4000,3500",
    "500,500,500",
    "500,600,500",
    "500,1000,500",
    "500,1001,1500",
    "100,4000,6300"
  })
  void answersTryingWhenTimerEHasGrownToT2(long t1, long t2, long trying) {
    TimerSettings settings =
        new TimerSettings(
            Duration.ofMillis(t1),
            Duration.ofMillis(t2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(180));
    assertThat(TimerLengths.of(settings).trying()).isEqualTo(trying * 1_000_000);
  }

  @Test
  void keepsTimerDAtItsFloor() {
    TimerSettings quick =
        new TimerSettings(
            Duration.ofMillis(50),
            Duration.ofMillis(400),
            Duration.ofSeconds(5),
            Duration.ofSeconds(180));
    assertThat(TimerLengths.of(quick).d()).isEqualTo(32_000_000_000L);
    assertThat(TimerLengths.of(quick).whole()).isEqualTo(3_200_000_000L);
  }
}
