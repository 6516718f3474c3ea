// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.regex.Pattern;

/**
 * A share as operators write it: {@code 50%}, {@code 2.5%}. Immutable.
 *
 * @param value 0 to 100
 */
public record Percent(double value) {
  /** What is accepted, as a regular expression. */
  static final String FORM = "[0-9]{1,3}(\\.[0-9]{1,6})?%";

  static final String EXPECTED = "a percentage from `0%` to `100%`";

  private static final Pattern PATTERN = Pattern.compile(FORM);

  public Percent {
    if (!(value >= 0 && value <= 100)) {
      throw new IllegalArgumentException("`" + text(value) + "` is not between 0% and 100%");
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Percent parse(String text) {
    if (!PATTERN.matcher(text).matches()) {
      throw new IllegalArgumentException("`" + text + "` is not a percentage");
    }
    return new Percent(Double.parseDouble(text.substring(0, text.length() - 1)));
  }

  /** As a number from 0 to 1. */
  public double fraction() {
    return value / 100;
  }

  @Override
  public String toString() {
    return text(value);
  }

  private static String text(double value) {
    return value == Math.rint(value) ? (long) value + "%" : value + "%";
  }
}
