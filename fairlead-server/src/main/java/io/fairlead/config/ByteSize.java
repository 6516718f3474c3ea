// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as operators write it: {@code 512}, {@code 64k}, {@code 1m}, {@code 2g}, in
 * steps of 1024. Immutable.
 *
 * @param bytes the number
 */
public record ByteSize(long bytes) {
  /** What is accepted, as a regular expression. */
  static final String FORM = "[0-9]{1,9}[kmg]?";

  static final String EXPECTED = "a size in bytes such as `64k`, `1m` or `1500`";

  private static final Pattern PATTERN = Pattern.compile("([0-9]{1,9})([kmg]?)");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ByteSize parse(String text) {
    Matcher match = PATTERN.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("`" + text + "` is not a size");
    }
    int shift =
        switch (match.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    return new ByteSize(Long.parseLong(match.group(1)) << shift);
  }

  /** The number as an int. */
  public int intBytes() {
    return Math.toIntExact(bytes);
  }

  @Override
  public String toString() {
    if (bytes == 0 || bytes % 1024 != 0) {
      return Long.toString(bytes);
    }
    if (bytes % (1 << 30) == 0) {
      return (bytes >> 30) + "g";
    }
    return bytes % (1 << 20) == 0 ? (bytes >> 20) + "m" : (bytes >> 10) + "k";
  }
}
