// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why the next backend is tried: {@code timeout}, {@code transport}, {@code server}, {@code trunk},
 * a status, or a cause that the network gave. Immutable.
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

  /**
   * 500, 502, 503 or 504 without a Reason header: the server's own failure, not a destination's.
   */
  public static final FailoverReason SERVER = new FailoverReason("server", 0, 0);

  /** 503 because a trunk of this server is down or congested: another's may not be. */
  public static final FailoverReason TRUNK = new FailoverReason("trunk", 0, 0);

  private static final List<FailoverReason> WORDS = List.of(TIMEOUT, TRANSPORT, SERVER, TRUNK);
  private static final String CAUSE = "cause:";
  // FreeSWITCH's own, for a gateway that does not answer its pings.
  private static final int GATEWAY_DOWN = 809;

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static FailoverReason parse(String text) {
    for (FailoverReason word : WORDS) {
      if (text.equals(word.text)) {
        return word;
      }
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
    return "`timeout`, `transport`, `server`, `trunk`, a status from 400 to 599, or a cause such as"
        + " `cause:34`";
  }

  /** True when this failure is {@link #SERVER}. */
  static boolean ofServer(SipResponse failure) {
    return switch (failure.status()) {
      case 500, 502, 503, 504 -> !failure.has(HeaderName.REASON);
      default -> false;
    };
  }

  /** True when this failure is {@link #TRUNK}. */
  static boolean ofTrunk(SipResponse failure) {
    if (failure.status() != 503) {
      return false;
    }
    return switch (Q850Cause.cause(failure)) {
      // No circuit, network out of order, congestion, channel and bearer not available.
      case 34, 38, 42, 44, 58 -> true;
      default -> Q850Cause.sipCause(failure) == GATEWAY_DOWN;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
