// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.config.Durations;
import java.time.Duration;

/**
 * So many in so long a time, {@code 120/60s}. {@code 120/60s} and {@code 2/1s} have the same mean
 * and are different limits: the first lets 120 come at once. Immutable.
 *
 * @param count how many
 * @param window in how long
 */
public record LimitRate(int count, Duration window) {
  private static final int MOST = 1_000_000_000;

  public LimitRate {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("the number before `/` must be 1 or more");
    }
    if (!window.isPositive() || window.toDays() > 366) {
      throw new IllegalArgumentException(
          "the time behind `/` must be more than zero, 366d at most");
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static LimitRate parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(0, slash).matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("`" + text + "` is not " + expected());
    }
    return new LimitRate(
        Integer.parseInt(text.substring(0, slash)), Durations.parse(text.substring(slash + 1)));
  }

  /** What {@link #parse} accepts, in words. */
  public static String expected() {
    return "a rate such as `120/60s`: so many in so long a time";
  }

  @Override
  public String toString() {
    return count + "/" + Durations.text(window);
  }
}
