// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How often a method may come, for the whole node. Immutable.
 *
 * @param rate of new requests outside dialogs
 * @param algorithm which of them are refused
 * @param retryAfter what a refused one is told
 */
public record MethodRateSettings(
    @Setting(
            shortForm = true,
            doc =
                "New requests of that method outside dialogs, whoever sends them, such as `400/s`."
                    + " What is more is answered 503 with Retry-After; beyond twice the rate it is"
                    + " dropped.")
        MessageRate rate,
    @Setting(
            value = "taildrop",
            doc =
                "`taildrop` refuses what does not fit; `red` begins at half, by chance, so that"
                    + " clients do not all find it full at once.")
        DropAlgorithm algorithm,
    @Setting(
            value = "5s",
            doc =
                "What a refused one is told to wait. Long enough to let a peak pass, short enough"
                    + " that people do not give up.")
        Duration retryAfter) {
  public MethodRateSettings {
    if (retryAfter.toSeconds() < 1) {
      throw new SettingException("retry-after", "expected a second or more");
    }
  }
}
