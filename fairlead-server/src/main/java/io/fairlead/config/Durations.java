// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as operators write them: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 12h}, {@code
 * 7d}; from a millisecond on also {@code 1500us}.
 */
public final class Durations {
  /** What is accepted, as a regular expression. */
  // Less than a millisecond would be nothing to those who count in milliseconds.
  static final String FORM = "[0-9]{4,9}us|[0-9]{1,9}(ms|s|m|h|d)";

  static final String EXPECTED = "a duration such as `30s`, `500ms`, `2m` or `12h`";

  private static final Pattern PATTERN =
      Pattern.compile("([0-9]{4,9}(?=us)|[0-9]{1,9}(?!us))(us|ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Duration parse(String text) {
    Matcher match = PATTERN.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("`" + text + "` is not a duration");
    }
    long number = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "us" -> Duration.ofNanos(number * 1000);
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** Writes one in the largest unit that needs no fraction. */
  public static String text(Duration duration) {
    long ms = duration.toMillis();
    if (duration.toNanosPart() % 1_000_000 != 0) {
      return duration.toNanos() / 1000 + "us";
    }
    if (ms == 0) {
      return "0s";
    }
    if (ms % 1000 != 0) {
      return ms + "ms";
    }
    long seconds = ms / 1000;
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
