// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarTypesTest {
  @ParameterizedTest
  @CsvSource({
    "0s, PT0S, 0s",
    "0ms, PT0S, 0s",
    "500ms, PT0.5S, 500ms",
    "30s, PT30S, 30s",
    "90s, PT90S, 90s",
    "2m, PT2M, 2m",
    "120s, PT2M, 2m",
    "12h, PT12H, 12h",
    "7d, PT168H, 7d",
    "999999999d, PT23999999976H, 999999999d"
  })
  void readsAndWritesDurations(String text, Duration duration, String written) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.text(duration)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "30", "s", "-1s", "1.5s", "30 s", "1h30m", "30S", "9999999999s", "１s"})
  void refusesWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("`" + text + "` is not a duration");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1500, 1500, 1500",
    "64k, 65536, 64k",
    "65536, 65536, 64k",
    "1m, 1048576, 1m",
    "2g, 2147483648, 2g",
    "1023, 1023, 1023",
    "1025k, 1049600, 1025k"
  })
  void readsAndWritesSizes(String text, long bytes, String written) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "64K", "64kb", "-1", "1.5m", "1 m", "9999999999"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0%, 0, 0%", "50%, 50, 50%", "2.5%, 2.5, 2.5%", "100%, 100, 100%"})
  void readsAndWritesPercentages(String text, double value, String written) {
    assertThat(Percent.parse(text)).isEqualTo(new Percent(value)).hasToString(written);
    assertThat(Percent.parse(text).fraction()).isEqualTo(value / 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "50", "%", "-1%", "101%", "1e1%", "NaN%"})
  void refusesWhatIsNoPercentage(String text) {
    assertThatThrownBy(() -> Percent.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "maxCalls, max-calls",
    "consecutive5xx, consecutive-5xx",
    "MAX_CALLS, max-calls",
    "name, name",
    "UDP, udp",
    "udpMtu, udp-mtu"
  })
  void spellsNamesWithDashes(String java, String key) {
    assertThat(NameSpelling.dashed(java)).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource({
    "least-call, least-calls", "laest-calls, least-calls", "LEAST_CALLS, least-calls", "p2, p2c",
        "rondom, random",
    "round-rob, round-robin", "xyz,", "a,", "hash-of-something,", "'',"
  })
  void findsTheNearestName(String given, @Nullable String nearest) {
    List<String> names = List.of("least-calls", "random", "round-robin", "hash", "p2c");

    assertThat(NameSpelling.nearest(given, names)).isEqualTo(nearest);
  }

  @Test
  void countsEdits() {
    assertThat(NameSpelling.distance("weight", "wieght")).isEqualTo(1);
    assertThat(NameSpelling.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(NameSpelling.distance("", "abc")).isEqualTo(3);
    assertThat(NameSpelling.distance("same", "same")).isZero();
  }
}
