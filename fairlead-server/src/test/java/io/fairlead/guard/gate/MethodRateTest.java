// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bucket of a method, and how rates are written. */
class MethodRateTest {
  private static final long SECOND = 1_000_000_000L;

  private static MethodRate rate(String text, DropAlgorithm algorithm) {
    return new MethodRate(
        new MethodRateSettings(MessageRate.parse(text), algorithm, Duration.ofSeconds(5)));
  }

  private static Map<MethodRate.Outcome, Integer> offer(
      MethodRate rate, int perSecond, int seconds) {
    Map<MethodRate.Outcome, Integer> counts = new EnumMap<>(MethodRate.Outcome.class);
    for (int i = 0; i < perSecond * seconds; i++) {
      counts.merge(rate.ask(i * SECOND / perSecond, i), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void admitsTheRateRefusesAsManyAndDropsTheRest() {
    Map<MethodRate.Outcome, Integer> of = offer(rate("100/s", DropAlgorithm.TAILDROP), 1000, 20);

    assertThat(of.get(MethodRate.Outcome.ADMITTED)).isBetween(2080, 2100);
    assertThat(of.get(MethodRate.Outcome.REFUSED)).isBetween(2050, 2101);
    assertThat(of.get(MethodRate.Outcome.DROPPED)).isGreaterThan(15_000);
  }

  @Test
  void admitsAllBelowTheRate() {
    assertThat(offer(rate("100/s", DropAlgorithm.TAILDROP), 90, 20))
        .containsOnlyKeys(MethodRate.Outcome.ADMITTED);
    assertThat(offer(rate("100/s", DropAlgorithm.RED), 90, 20))
        .containsOnlyKeys(MethodRate.Outcome.ADMITTED);
  }

  @Test
  void redRefusesBeforeItIsFull() {
    MethodRate red = rate("100/s", DropAlgorithm.RED);
    int before = 0;
    for (int i = 0; i < 100; i++) {
      before += red.ask(0, i) == MethodRate.Outcome.ADMITTED ? 0 : 1;
      if (i < 50) {
        assertThat(before).as("refused of %d", i).isZero();
      }
    }
    assertThat(before).isBetween(5, 45);
    int tail = 0;
    MethodRate all = rate("100/s", DropAlgorithm.TAILDROP);
    for (int i = 0; i < 100; i++) {
      tail += all.ask(0, i) == MethodRate.Outcome.ADMITTED ? 0 : 1;
    }
    assertThat(tail).isZero();
  }

  @ParameterizedTest
  @CsvSource({"30/2s, 30, 2000, 30/2s", "400/s, 400, 1000, 400/s", "1/1m, 1, 60000, 1/1m"})
  void readsRates(String text, int count, long periodMs, String shown) {
    MessageRate rate = MessageRate.parse(text);

    assertThat(rate.count()).isEqualTo(count);
    assertThat(rate.period().toMillis()).isEqualTo(periodMs);
    assertThat(rate).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "30", "30/", "/2s", "0/s", "-1/s", "30/0s", "5/2h", "30/2", "x/s"})
  void refusesWhatIsNoRate(String text) {
    assertThatThrownBy(() -> MessageRate.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
