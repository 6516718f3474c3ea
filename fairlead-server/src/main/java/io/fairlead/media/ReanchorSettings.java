// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How calls whose engine is lost come to another one. Immutable.
 *
 * @param onEngineLoss what is done about them
 * @param rate calls a second
 * @param answerTimeout how long the second party may take
 */
public record ReanchorSettings(
    @Setting(
            value = "reinvite",
            doc =
                "`reinvite`: both parties are sent a re-INVITE that brings the call to another"
                    + " engine. `wait`: the call is silent until a party sends an offer of its own;"
                    + " for peers that take no re-INVITE well.")
        OnEngineLoss onEngineLoss,
    @Setting(
            value = "50",
            doc =
                "How many calls a second are brought to another engine, 1 to 10000, all loops"
                    + " together. An engine dies with all its calls at once, and each costs two"
                    + " re-INVITEs; phones and backends are to have room for their own.")
        int rate,
    @Setting(
            value = "20s",
            doc =
                "How long the second party may take to answer. The first one repeats its answer"
                    + " meanwhile and ends the call after 32 s (RFC 3261 timer H).")
        Duration answerTimeout) {
  private static final int HIGHEST_RATE = 10_000;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** Checks what the types do not. */
  public ReanchorSettings {
    if (rate < 1 || rate > HIGHEST_RATE) {
      throw new SettingException("rate", "must be 1 to " + HIGHEST_RATE);
    }
    if (!answerTimeout.isPositive() || answerTimeout.compareTo(LONGEST) > 0) {
      throw new SettingException("answer-timeout", "must be above 0s and at most 30s");
    }
  }
}
