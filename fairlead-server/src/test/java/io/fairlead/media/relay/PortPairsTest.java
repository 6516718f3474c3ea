// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortPairsTest {
  private static final long REST = 10;

  @Test
  void givesEachPairOnceAndThenNone() {
    PortPairs pairs = new PortPairs(new PortRange(30_000, 30_199), REST, 0);
    Set<Integer> got = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      got.add(pairs.take(0));
    }
    assertThat(got).hasSize(100).allMatch(port -> port % 2 == 0 && port >= 30_000 && port < 30_200);
    assertThat(pairs.take(0)).isEqualTo(-1);
    assertThat(pairs.taken()).isEqualTo(100);
    assertThat(pairs.free(0)).isZero();
  }

  @Test
  void letsAPairRest() {
    PortPairs pairs = new PortPairs(new PortRange(30_000, 30_001), REST, -5);
    assertThat(pairs.take(0)).isEqualTo(30_000);
    pairs.giveBack(30_000, 3);
    assertThat(pairs.taken()).isZero();
    assertThat(pairs.take(12)).isEqualTo(-1);
    assertThat(pairs.free(12)).isZero();
    assertThat(pairs.free(13)).isEqualTo(1);
    assertThat(pairs.take(13)).isEqualTo(30_000);
  }

  @Test
  void takesThemInNoOrder() {
    PortPairs pairs = new PortPairs(new PortRange(10_000, 59_999), REST, 0);
    List<Integer> got = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      got.add(pairs.take(0));
    }
    assertThat(got).isNotEqualTo(got.stream().sorted().toList());
  }

  @ParameterizedTest
  @CsvSource({
    "30000-30009, 5, 30000",
    "30001-30010, 4, 30002",
    "30001-30003, 1, 30002",
    "1-65535, 32767, 2"
  })
  void beginsWithAnEvenPort(String text, int count, int first) {
    PortRange range = PortRange.parse(text);
    assertThat(range.pairs()).isEqualTo(count);
    assertThat(range.port(0)).isEqualTo(first);
    assertThat(range.pair(range.port(count - 1))).isEqualTo(count - 1);
    assertThat(range.holds(range.port(count - 1) + 1)).isTrue();
    assertThat(range).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "2-1", "30001-30002", "0-10", "1-65536", "a-b", "1-2-3"})
  void refusesWhatIsNoRange(String text) {
    assertThatThrownBy(() -> PortRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
