// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import org.jspecify.annotations.Nullable;

/**
 * Why the next backend is tried: {@code timeout}, {@code transport}, a status, or a cause that the
 * network gave. Immutable.
 *
 * @param text as written
 * @param status the status, 0 for the others
 * @param cause the Q.850 cause of a Reason header (RFC 3326), 0 for the others
 */
public record FailoverReason(String text, int status, int cause) {
  /** No answer within try-timeout. */
  public static final FailoverReason TIMEOUT = new FailoverReason("timeout", 0, 0);

  /** Refused, reset, unreachable. */
  public static final FailoverReason TRANSPORT = new FailoverReason("transport", 0, 0);

  private static final String CAUSE = "cause:";

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
    if (text.startsWith(CAUSE)) {
      return new FailoverReason(text, 0, cause(text.substring(CAUSE.length())));
    }
    if (!text.matches("[1-6][0-9][0-9]")) {
      throw new IllegalArgumentException("`" + text + "` is no reason");
    }
    int status = Integer.parseInt(text);
    String why = refusal(status);
    if (why != null) {
      throw new IllegalArgumentException(why);
    }
    return new FailoverReason(text, status, 0);
  }

  private static int cause(String number) {
    int cause = number.matches("[0-9]{1,3}") ? Integer.parseInt(number) : 0;
    if (cause < 1 || cause > 127) {
      throw new IllegalArgumentException(
          "`cause:" + number + "` needs a Q.850 cause from 1 to 127, such as `cause:34`");
    }
    return cause;
  }

  private static @Nullable String refusal(int status) {
    if (status < 400) {
      return "`" + status + "` is no failure";
    }
    if (status >= 600) {
      return "`"
          + status
          + "` is the called user's word for all backends; where a carrier says it for a fault of"
          + " its own, name the cause in its Reason header, such as `cause:34`";
    }
    return passesOn(status)
        ? "`" + status + "` always goes to the caller, who answers the challenge or has cancelled"
        : null;
  }

  /** True for what only the caller can do something about: challenges, and his own CANCEL. */
  static boolean passesOn(int status) {
    return status == 401 || status == 407 || status == 487;
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "`timeout`, `transport`, a status from 400 to 599, or a cause such as `cause:34`";
  }

  @Override
  public String toString() {
    return text;
  }
}
