// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextPatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      value = {
        // expression ~ matches ~ does not match
        "9196 ~ 9196 ~ 91960 919 9197 x9196",
        "49.* ~ 49 491 49x ~ 4 +49 94",
        "\\+49.* ~ +49 +491 ~ 49 4+9",
        "\\+?00.* ~ 00 +00 0049 +0049 ~ 0 +0 1 ++00",
        "3[0-9]{3} ~ 3000 3999 ~ 300 30000 4000 3a00",
        "\\+?[0-9]{7,15} ~ 1234567 +1234567 123456789012345 ~ 123456 1234567890123456 ++1234567",
        ".* ~ x xyz ~",
        ".+ ~ x xyz ~",
        ". ~ x ~ xx",
        "a|bc|d* ~ a bc d dddd ~ b c ad",
        "(?:ab)+c? ~ ab abab ababc ~ a abc1 c",
        "x(a|b){2}y ~ xaby xbby ~ xay xabay",
        "[^0-9]+ ~ abc ~ a1 1",
        "[]a-]+ ~ ] a - ]a- ~ b",
        "[+\\-]?1 ~ +1 -1 1 ~ +-1",
        "\\d{3}\\w\\D ~ 123ax 123_- ~ 123-x 123a1",
        "^12$ ~ 12 ~ 1 2 ^12$",
        "a\\.b ~ a.b ~ axb a\\.b",
        "a{2,} ~ aa aaaa ~ a",
        "(a(b)?)* ~ ab aab abab ~ b abb",
        "grün ~ grün ~ grun",
        "(grün|blau)x ~ grünx blaux ~ grün",
      })
  void matchesTheWholeText(String expression, String yes, String no) {
    TextPattern pattern = TextPattern.parse(expression);

    for (String text : yes.split(" ")) {
      assertThat(pattern.matches(text)).as("%s on %s", expression, text).isTrue();
    }
    for (String text : no == null ? new String[0] : no.split(" ")) {
      assertThat(pattern.matches(text)).as("%s on %s", expression, text).isFalse();
    }
  }

  @Test
  void agreesWithTheExpressionsOfTheJdk() {
    Random random = new Random(7);
    int matching = 0;
    for (int round = 0; round < 20_000; round++) {
      String expression = expression(random, 3);
      TextPattern pattern;
      try {
        pattern = TextPattern.parse(expression);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("places");
        continue;
      }
      Pattern reference = Pattern.compile(expression, Pattern.DOTALL);
      for (int i = 0; i < 8; i++) {
        String text = letters(random, random.nextInt(7));
        boolean expected = reference.matcher(text).matches();
        matching += expected ? 1 : 0;
        assertThat(pattern.matches(text)).as("%s on '%s'", expression, text).isEqualTo(expected);
      }
    }
    assertThat(matching).isGreaterThan(10_000);
  }

  private static String expression(Random random, int depth) {
    StringBuilder text = new StringBuilder();
    int parts = 1 + random.nextInt(3);
    for (int i = 0; i < parts; i++) {
      text.append(
          switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0, 1 -> letters(random, 1);
            case 2 -> random.nextBoolean() ? "." : "[ab]";
            case 3 -> random.nextBoolean() ? "[^a]" : "[b-c]";
            case 4 -> "(" + expression(random, depth - 1) + ")";
            default ->
                "(?:" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
          });
      text.append(
          new String[] {"", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}"}[random.nextInt(9)]);
    }
    return text.toString();
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }

  @Test
  void endsAlsoWhereBacktrackingWouldNot() {
    TextPattern pattern = TextPattern.parse("((a*)*(a|a)*)*b");

    assertThat(pattern.matches("a".repeat(255))).isFalse();
    assertThat(pattern.matches("a".repeat(255) + "b")).isTrue();
  }

  @Test
  void doesNotLookAtPartsLongerThanTheLimit() {
    assertThat(TextPattern.parse(".*").matches("a".repeat(256))).isTrue();
    assertThat(TextPattern.parse(".*").matches("a".repeat(257))).isFalse();
    assertThat(TextPattern.parse("a+").matches("a".repeat(257))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "+49.* | `+` repeats nothing; write `\\+`",
        "*1 | `*` repeats nothing",
        "(ab | `(` is not closed",
        "ab) | `)` closes nothing",
        "[ab | `[` is not closed",
        "[z-a] | the range z-a is empty",
        "a{2,1} | must rise",
        "a{x} | needs a count",
        "a{100} | between 1 and 64",
        "a** | repeats what is repeated already",
        "(?=a)b | groups that begin with",
        "(a)\\1 | is not known here",
        "a^b | can only stand at an end",
        "a\\ | nothing behind",
        "[0-9]{40}[a-f]{30} | more than 64 places",
        "(((a{60}){60}){60}){60} | more than 64 places",
        "[ü] | use `|`",
      })
  void refusesWhatItCannotRun(String expression, String why) {
    assertThatThrownBy(() -> TextPattern.parse(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void takesLongWordsAndBeginnings() {
    String word = "x".repeat(200);

    assertThat(TextPattern.parse(word).matches(word)).isTrue();
    assertThat(TextPattern.parse(word + ".*").matches(word + "y")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "49.*, 4930, true",
    "49.*, 493.*, true",
    "493.*, 49.*, false",
    ".*, 3[0-9]{3}, true",
    "3[0-9]{3}, 3100, true",
    "3[0-9]{3}, 310, false",
    "3[0-9]{3}, 3[0-9]{3}, true",
    "9196, 9196, true",
    "9196, 919.*, false",
  })
  void seesWhatItCovers(String first, String second, boolean covers) {
    assertThat(TextPattern.parse(first).covers(TextPattern.parse(second))).isEqualTo(covers);
  }
}
