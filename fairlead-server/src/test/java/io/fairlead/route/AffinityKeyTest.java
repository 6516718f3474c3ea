// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a request names its room. */
class AffinityKeyTest {
  private static String of(String key, String uri, String... headers) {
    return String.valueOf(AffinityKey.parse(key).of(Requests.invite(uri, headers)));
  }

  @ParameterizedTest
  @CsvSource({
    "user, sip:3500@example.com, 3500",
    "user, sip:3500:secret@example.com;transport=tcp, 3500",
    "user, sip:caf%c3%a9@example.com, café",
    "user, sip:conf%2D1@example.com, conf-1",
    "user, sip:Room@example.com, Room",
    "user, sip:example.com, null",
    "user:conf-([0-9]+), sip:conf-12@example.com, 12",
    "user:conf-([0-9]+), sip:CONF-12@example.com, null",
    "user:conf-([0-9]+), sip:conf-12x@example.com, null",
    "user:conf-([0-9]*), sip:conf-@example.com, null",
    "user:(?:a|b)([0-9]{2})([0-9]+), sip:b1234@example.com, 12",
    "user:a(1)?.*, sip:abc@example.com, null",
    "user:(.*), sip:a%20b@example.com, a b",
    "header:x-room, sip:a@example.com, blue sky",
    "header:Subject, sip:a@example.com, short",
    "header:X-None, sip:a@example.com, null",
    "header:X-Empty, sip:a@example.com, null",
  })
  void isWhatStandsThere(String key, String uri, String expected) {
    assertThat(of(key, uri, "X-Room:  blue sky ", "s: short", "X-Empty:")).isEqualTo(expected);
  }

  @Test
  void isNoneWhenTooLong() {
    String longest = "a".repeat(256);
    assertThat(of("user", "sip:" + longest + "@example.com")).isEqualTo(longest);
    assertThat(of("user", "sip:a" + longest + "@example.com")).isEqualTo("null");
    assertThat(of("user:(a+)", "sip:a" + longest + "@example.com")).isEqualTo("null");
    assertThat(of("header:X-Room", "sip:a@b", "X-Room: " + longest)).isEqualTo(longest);
    assertThat(of("header:X-Room", "sip:a@b", "X-Room: a" + longest)).isEqualTo("null");
  }

  @Test
  void boundsTheWorkOfAnExpression() {
    assertThat(of("user:(?:(?:a|aa)+)+c|(a+)", "sip:aaa@example.com")).isEqualTo("aaa");
    String user = "a".repeat(250);
    assertThat(of("user:(?:(?:a|aa)+)+c|(a+)", "sip:" + user + "@example.com")).isEqualTo("null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "from-user", "User", "header", "header:", "header:X Room", "host:(.)"})
  void refusesWhatItDoesNotKnow(String text) {
    assertThatThrownBy(() -> AffinityKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("`" + text + "` is nothing that can be a key");
  }

  @ParameterizedTest
  @CsvSource({
    "user:conf.*, has no group",
    "user:(?:a|b), has no group",
    "'user:(a', '`(` is not closed'",
    "user:, the expression is empty",
    "user:(é), must be ASCII",
  })
  void refusesAnExpressionThatGivesNoKey(String text, String why) {
    assertThatThrownBy(() -> AffinityKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void isEqualByItsText() {
    assertThat(AffinityKey.parse("user:(a)")).isEqualTo(AffinityKey.parse("user:(a)"));
    assertThat(AffinityKey.parse("user:(a)")).isNotEqualTo(AffinityKey.parse("user:(b)"));
    assertThat(AffinityKey.parse("header:X-Room")).hasToString("header:X-Room");
  }
}
