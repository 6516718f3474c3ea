// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports from one to another, {@code 20000-39999}. Immutable.
 *
 * @param first the lowest
 * @param last the highest, itself included
 */
public record PortRange(int first, int last) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,5}) ?- ?([0-9]{1,5})");
  private static final int HIGHEST = 65535;

  /** Checks that there is a port in it. */
  public PortRange {
    if (first < 1 || last > HIGHEST) {
      throw new IllegalArgumentException("ports are 1 to 65535, not " + first + " to " + last);
    }
    if (first > last) {
      throw new IllegalArgumentException(
          "`" + first + "-" + last + "` ends before it begins: the lower port comes first");
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static PortRange parse(String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("`" + text + "` is not a range of ports");
    }
    return new PortRange(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
  }

  /** What {@link #parse} accepts, in words. */
  public static String expected() {
    return "ports such as `20000-39999`";
  }

  /** Whether a port is in it. */
  public boolean contains(int port) {
    return port >= first && port <= last;
  }

  /** How many pairs of an even port and the next one it holds (RFC 3550 §11). */
  public int pairs() {
    int even = first + (first & 1);
    return Math.max(0, (last - even + 1) / 2);
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
