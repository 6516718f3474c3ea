// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.config.Durations;
import java.time.Duration;

/**
 * How many messages in how long, as operators write it: {@code 30/2s}, {@code 400/s}. So many may
 * come at once, and in the long run no more. Immutable.
 *
 * @param count messages, 1 to a million
 * @param period in which they may come, 100 ms to an hour
 */
public record MessageRate(int count, Duration period) {
  private static final int MOST = 1_000_000;
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(1);

  public MessageRate {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("expected 1 to " + MOST + " messages");
    }
    if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("expected a time from 100ms to 1h");
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static MessageRate parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || !text.substring(0, slash).matches("[0-9]{1,7}")) {
      throw new IllegalArgumentException("`" + text + "` is not a rate");
    }
    String period = text.substring(slash + 1);
    String full =
        Character.isDigit(period.isEmpty() ? ' ' : period.charAt(0)) ? period : 1 + period;
    return new MessageRate(Integer.parseInt(text.substring(0, slash)), Durations.parse(full));
  }

  /** What is accepted. */
  public static String expected() {
    return "a rate such as `30/2s` or `400/s`";
  }

  /** What one message costs of the period, in nanoseconds. */
  public long stepNs() {
    return Math.max(1, period.toNanos() / count);
  }

  @Override
  public String toString() {
    String text = Durations.text(period);
    return count + "/" + (text.equals("1s") ? "s" : text);
  }
}
