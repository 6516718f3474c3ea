// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How much the gate itself may take, and how long it trusts. Immutable.
 *
 * @param sources in each table
 * @param registeredSources with registrations
 * @param remember how long a source is trusted
 * @param logged refusals with a line in the call log
 */
public record GateLimits(
    @Setting(
            value = "65536",
            doc =
                "Sources for which a budget is kept at one time, 8 bytes each in five tables. A"
                    + " source that owes nothing takes no place. When there are more, those that"
                    + " owe least are forgotten, which is counted. Applies from the next start.")
        int sources,
    @Setting(
            value = "1000000",
            doc =
                "Sources with registrations that are known, some 50 bytes each. Those beyond are"
                    + " counted as any other.")
        int registeredSources,
    @Setting(
            value = "1h",
            doc =
                "How long a source is trusted after its last registration has ended or it was last"
                    + " seen in a call. Long enough for a power cut: all phones behind one address"
                    + " then register at once.")
        Duration remember,
    @Setting(
            value = "20/s",
            doc =
                "Refusals that get a line in the call log; all are counted. A flood must not fill"
                    + " the disk.")
        MessageRate logged) {
  private static final int LEAST = 1024;
  private static final int MOST = 1 << 24;

  public GateLimits {
    if (sources < LEAST || sources > MOST) {
      throw new SettingException("sources", "expected " + LEAST + " to " + MOST);
    }
    if (registeredSources < LEAST || registeredSources > MOST) {
      throw new SettingException("registered-sources", "expected " + LEAST + " to " + MOST);
    }
    if (remember.isNegative() || remember.toDays() > 7) {
      throw new SettingException("remember", "expected 0s to 7d");
    }
  }
}
