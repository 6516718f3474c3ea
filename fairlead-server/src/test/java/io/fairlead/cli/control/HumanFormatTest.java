// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanFormatTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0s, 0s",
    "59, 59s, 59s",
    "60, 1m, 1m",
    "90, 1m, 1m30s",
    "4320, 1h, 1h12m",
    "86400, 1d, 1d",
    "356400, 4d, 4d3h"
  })
  void tellsTimesShort(long seconds, String age, String span) {
    assertThat(HumanFormat.age(seconds)).isEqualTo(age);
    assertThat(HumanFormat.span(seconds)).isEqualTo(span);
  }

  @Test
  void tellsRatesAndTimesByTheirSize() {
    assertThat(HumanFormat.rate(0.01)).isEqualTo("0");
    assertThat(HumanFormat.rate(3.24)).isEqualTo("3.2");
    assertThat(HumanFormat.rate(123.4)).isEqualTo("123");
    assertThat(HumanFormat.millis(0.34)).isEqualTo("0.3ms");
    assertThat(HumanFormat.millis(34.4)).isEqualTo("34ms");
    assertThat(HumanFormat.millis(2345)).isEqualTo("2.3s");
  }

  @Test
  void wrapsAtBlanksAndIndents() {
    assertThat(HumanFormat.wrapped("one two three four", 9, "  "))
        .containsExactly("one two", "  three", "  four");
    assertThat(HumanFormat.wrapped("a-word-that-is-longer b", 5, " "))
        .containsExactly("a-word-that-is-longer", " b");
  }

  @Test
  void marksWhatItCuts() {
    assertThat(HumanFormat.cut("no answer", 9)).isEqualTo("no answer");
    assertThat(HumanFormat.cut("no answer", 8)).isEqualTo("no ans..");
  }
}
