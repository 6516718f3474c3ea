// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

/**
 * How many loops there are: a number, or {@code auto}. Immutable.
 *
 * @param number 0 for auto
 */
public record LoopCount(int number) {
  private static final int MOST = 64;

  /** Reads {@code auto} or a number. */
  public static LoopCount parse(String text) {
    if (text.equals("auto")) {
      return new LoopCount(0);
    }
    if (!text.matches("[0-9]{1,3}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MOST) {
      throw new IllegalArgumentException("`" + text + "` is not " + expected());
    }
    return new LoopCount(Integer.parseInt(text));
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "`auto` or a number from 1 to " + MOST;
  }

  /** The number of loops on this machine. */
  public int onThisMachine() {
    return number > 0
        ? number
        : Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST);
  }

  @Override
  public String toString() {
    return number == 0 ? "auto" : Integer.toString(number);
  }
}
