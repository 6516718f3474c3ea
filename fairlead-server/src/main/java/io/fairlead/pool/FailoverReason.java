// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

/**
 * Why the next backend is tried: {@code timeout}, {@code transport}, or a status. Immutable.
 *
 * @param text as written
 * @param status the status, 0 for the two words
 */
public record FailoverReason(String text, int status) {
  /** No answer within try-timeout. */
  public static final FailoverReason TIMEOUT = new FailoverReason("timeout", 0);

  /** Refused, reset, unreachable. */
  public static final FailoverReason TRANSPORT = new FailoverReason("transport", 0);

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static FailoverReason parse(String text) {
    if (text.equals(TIMEOUT.text)) {
      return TIMEOUT;
    }
    if (text.equals(TRANSPORT.text)) {
      return TRANSPORT;
    }
    if (text.matches("5[0-9][0-9]")) {
      return new FailoverReason(text, Integer.parseInt(text));
    }
    throw new IllegalArgumentException("`" + text + "` is not " + expected());
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "`timeout`, `transport` or a status from 500 to 599";
  }

  @Override
  public String toString() {
    return text;
  }
}
