// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeanOpinionScoreTest {
  // Worked out apart from the formula; those of G.711 without loss are the 4.4 of the textbooks.
  @ParameterizedTest
  @CsvSource({
    "PCMA/8000, 0, 0, -1, 4.40",
    "PCMU/8000, 0, 0, 0, 4.40",
    "PCMA/8000, 2, 0, -1, 4.22",
    "PCMA/8000, 10, 0, -1, 3.39",
    "PCMA/8000, 0, 0, 400000, 4.14",
    "PCMA/8000, 0, 100000, 200000, 3.59",
    "G729/8000, 0, 0, -1, 4.09",
    "g729/8000, 5, 0, -1, 3.32",
    "PCMA/8000, 100, 0, -1, 1.16",
    "PCMA/8000, 50, 1000000, 2000000, 1.00",
    "'', 0, 0, -1, 4.40"
  })
  void followsTheFormula(String codec, double loss, long jitterUs, long rttUs, double expected) {
    assertThat(MeanOpinionScore.of(codec, loss, jitterUs, rttUs)).isCloseTo(expected, within(0.01));
  }
}
