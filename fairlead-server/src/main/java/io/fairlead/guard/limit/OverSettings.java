// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.sip.Ascii;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What becomes of a request that is over a limit. Immutable. */
public record OverSettings(
    @Setting(
            value = "refuse",
            shortForm = true,
            doc =
                "refuse: it is answered, or goes to `route`. alarm: it goes on; a line in the"
                    + " system log and the meter tell of it.")
        Action action,
    @Setting(
            value = "486",
            doc =
                "The status code answered, 400 to 699. 486 because every phone reads it as `not"
                    + " now`: at a 503 a proxy before us would rest all of us (RFC 3261 §21.5.4),"
                    + " at a 403 some phones give up their registration. A 503 has Retry-After.")
        int status,
    @Setting(doc = "The reason phrase. Without it that of the status code.")
        @Nullable String reason,
    @Setting(
            doc =
                "The name of a route that takes the request in place of a refusal, such as one to"
                    + " an announcement; what FreeSWITCH calls limit_exceeded.")
        @Nullable String route) {
  /** What is done. */
  public enum Action {
    REFUSE,
    ALARM
  }

  // They ask for something that the request could do better, which no limit means.
  private static final Set<Integer> MISLEADING =
      Set.of(401, 407, 420, 421, 422, 423, 481, 482, 491);

  public OverSettings {
    if (status < 400 || status > 699 || MISLEADING.contains(status)) {
      throw new SettingException(
          "status", "expected a refusal such as 403, 480, 486 or 503, not " + status);
    }
    if (reason != null && (reason.isBlank() || !Ascii.isOneLine(reason))) {
      throw new SettingException("reason", "expected one line without control characters");
    }
    if (action == Action.ALARM && (route != null || reason != null)) {
      throw new SettingException(
          "action", "with `alarm` the request goes on: it needs no reason and no route");
    }
  }

  /** The reason phrase as configured, or that of the status code. */
  public String phrase() {
    if (reason != null) {
      return reason;
    }
    return switch (status) {
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 480 -> "Temporarily Unavailable";
      case 486 -> "Busy Here";
      case 503 -> "Service Unavailable";
      case 600 -> "Busy Everywhere";
      case 603 -> "Decline";
      default -> status < 500 ? "Call Limit Reached" : "Limit Reached";
    };
  }
}
