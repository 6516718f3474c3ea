// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of limits, each for itself. */
class LimitsTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @CsvSource({"120/60s, 120, 60", "2/1s, 2, 1", "5/1h, 5, 3600", "600/1d, 600, 86400"})
  void readsRates(String text, int count, int seconds) {
    LimitRate rate = LimitRate.parse(text);
    assertThat(rate).isEqualTo(new LimitRate(count, Duration.ofSeconds(seconds)));
    assertThat(LimitRate.parse(rate.toString())).isEqualTo(rate);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "0/1s", "-1/1s", "5/0s", "5/", "/1s", "5/1000d", "x/1s", "1/1s/1s"})
  void refusesWhatIsNoRate(String text) {
    assertThatThrownBy(() -> LimitRate.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"account", "from-user", "source-ip", "header:X-Tenant", "prefix:61", "gateway"})
  void readsKeys(String text) {
    assertThat(LimitKey.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user",
        "prefix",
        "prefix:",
        "prefix:+61",
        "prefix:6a",
        "header:",
        "header:a b",
        "pool:x"
      })
  void refusesWhatIsNoKey(String text) {
    assertThatThrownBy(() -> LimitKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givesAllPlacesOfARateAtOnceAndThenOneByOne() {
    CellRate bucket = new CellRate(-5);
    long each = SECOND / 2;
    assertThat(bucket.take(0, each, SECOND)).isTrue();
    assertThat(bucket.take(0, each, SECOND)).isTrue();
    assertThat(bucket.take(0, each, SECOND)).isFalse();
    assertThat(bucket.waitNs(0, each, SECOND)).isEqualTo(each);
    assertThat(bucket.take(each - 1, each, SECOND)).isFalse();
    assertThat(bucket.take(each, each, SECOND)).isTrue();
    assertThat(bucket.idle(each)).isFalse();
    assertThat(bucket.idle(each + SECOND)).isTrue();
  }

  @Test
  void aRateKeepsToItsMeanWhateverTheStart() {
    for (long start : new long[] {Long.MIN_VALUE / 2, -1, 0, Long.MAX_VALUE - 5 * SECOND}) {
      CellRate bucket = new CellRate(start);
      int taken = 0;
      for (long t = 0; t < 60 * SECOND; t += SECOND / 100) {
        taken += bucket.take(start + t, SECOND / 10, SECOND) ? 1 : 0;
      }
      assertThat(taken).isBetween(600, 610);
    }
  }

  @Test
  void forgetsUsedTimePartByPart() {
    UsedTime used = new UsedTime(86_400);
    used.add(10, 100);
    used.add(7_300, 50);
    assertThat(used.sum(7_300)).isEqualTo(150);
    assertThat(used.sum(86_399)).isEqualTo(150);
    assertThat(used.sum(86_400)).isEqualTo(50);
    assertThat(used.sum(86_400 + 7_200)).isZero();
    used.add(86_400 + 7_300, 5);
    assertThat(used.sum(86_400 + 7_300)).isEqualTo(5);
  }

  @Test
  void remembersTheLatestDestinations() {
    DestinationMemory known = new DestinationMemory();
    for (long i = 0; i <= DestinationMemory.MOST; i++) {
      known.add(i);
    }
    assertThat(known.knows(0)).isFalse();
    assertThat(known.knows(1)).isTrue();
    assertThat(known.knows(DestinationMemory.MOST)).isTrue();
  }
}
