// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * UDP ports as operators write them: {@code 30000-39999}. Immutable.
 *
 * @param first the first
 * @param last the last, belonging to it
 */
public record PortRange(int first, int last) {
  private static final Pattern PATTERN = Pattern.compile("([0-9]{1,5})-([0-9]{1,5})");

  public PortRange {
    if (first < 1 || last > 65535 || pairs(first, last) < 1) {
      throw new IllegalArgumentException(
          "expected ports from 1 to 65535 with an even one and the next, not "
              + first
              + "-"
              + last);
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static PortRange parse(String text) {
    Matcher match = PATTERN.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("`" + text + "` is not a range of ports");
    }
    return new PortRange(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
  }

  /** What is accepted, in words. */
  public static String expected() {
    return "a range of ports such as `30000-39999`";
  }

  private static int pairs(int first, int last) {
    return (last + 1 - (first + 1 & ~1)) / 2;
  }

  /** How many pairs of an even port and the next there are. */
  int pairs() {
    return pairs(first, last);
  }

  /** The even port of a pair. */
  int port(int pair) {
    return (first + 1 & ~1) + 2 * pair;
  }

  /** The pair of an even port. */
  int pair(int port) {
    return (port - (first + 1 & ~1)) / 2;
  }

  /** Whether a port is in it. */
  public boolean holds(int port) {
    return port >= first && port <= last;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
