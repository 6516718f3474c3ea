// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.sip.Ascii;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scanner is known by. Immutable.
 *
 * @param agents parts of User-Agent
 * @param moreAgents beside those
 * @param users how many users a source without registration or call may try
 * @param window in which
 */
public record ScannerSettings(
    @Setting(
            value =
                "[friendly-scanner, friendly-request, sipvicious, sipcli, sundayddr,"
                    + " VaxSIPUserAgent, pplsip, sip-scan, sipscan, sivus, iWar]",
            doc =
                "A request from a source without registration or call whose User-Agent has one of"
                    + " these in it, in upper or lower case, is dropped. The default names tools"
                    + " that look for victims under their own names; `[]` for none.")
        List<String> agents,
    @Setting(doc = "Further ones, beside those of `agents`.") List<String> moreAgents,
    @Setting(
            value = "20",
            doc =
                "A source without registration or call that tries so many users within `window`, by"
                    + " REGISTER without credentials, by OPTIONS, or by requests answered 403, 404,"
                    + " 410, 484 or 604, is a scanner: what else it begins within `window` is"
                    + " dropped. Behind one address hardly ever 20 people mistype at once. 0 for"
                    + " never, at most 100.")
        int users,
    @Setting(value = "60s", doc = "How long tried users are remembered.") Duration window) {
  private static final int MOST_AGENTS = 32;
  private static final int MOST_USERS = 100;

  public ScannerSettings {
    agents = List.copyOf(agents);
    moreAgents = List.copyOf(moreAgents);
    if (agents.size() + moreAgents.size() > MOST_AGENTS) {
      throw new SettingException("agents", "expected no more than " + MOST_AGENTS + " in all");
    }
    for (String agent : agents) {
      checkAgent("agents", agent);
    }
    for (String agent : moreAgents) {
      checkAgent("more-agents", agent);
    }
    if (users < 0 || users > MOST_USERS) {
      throw new SettingException("users", "expected 0 to " + MOST_USERS);
    }
    if (window.toSeconds() < 1 || window.toHours() >= 1) {
      throw new SettingException("window", "expected 1s to less than 1h");
    }
  }

  // What is shorter would be in good names too.
  private static void checkAgent(String key, String agent) {
    if (agent.length() < 4 || !Ascii.isOneLine(agent)) {
      throw new SettingException(key, "expected four characters or more, in one line");
    }
  }

  /** All that name scanners. */
  List<String> allAgents() {
    List<String> all = new ArrayList<>(agents);
    all.addAll(moreAgents);
    return all;
  }
}
