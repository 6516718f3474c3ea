// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.guard.Offence;

/**
 * What each offence costs, in points. Immutable.
 *
 * @param wrongPassword a digest that does not fit
 * @param unknownUser a user nobody knows
 * @param scanner a tool that looks for victims
 * @param malformed a message that breaks the grammar
 * @param flood more messages than a source may send
 */
public record OffenceScores(
    @Setting(
            value = "5",
            doc =
                "A wrong password. Twenty within the decay time make a ban with the threshold of"
                    + " 100: people and phones that retry a stale password stay below.")
        int wrongPassword,
    @Setting(
            value = "2",
            doc = "A user that nobody knows: an old phone asks for years, a scanner by the second.")
        int unknownUser,
    @Setting(
            value = "50",
            doc = "A tool that looks for victims, by its name or by what it does: twice is enough.")
        int scanner,
    @Setting(value = "10", doc = "A message that breaks the grammar or a rule of sanity.")
        int malformed,
    @Setting(value = "20", doc = "More messages than a source may send, once for each window.")
        int flood) {
  private static final int MOST = 1_000_000;

  public OffenceScores {
    check("wrong-password", wrongPassword);
    check("unknown-user", unknownUser);
    check("scanner", scanner);
    check("malformed", malformed);
    check("flood", flood);
  }

  private static void check(String key, int points) {
    if (points < 0 || points > MOST) {
      throw new SettingException(key, "expected 0 to " + MOST + " points, not " + points);
    }
  }

  /** The points of one. */
  int of(Offence offence) {
    return switch (offence) {
      case WRONG_PASSWORD -> wrongPassword;
      case UNKNOWN_USER -> unknownUser;
      case SCANNER -> scanner;
      case MALFORMED -> malformed;
      case FLOOD -> flood;
    };
  }
}
