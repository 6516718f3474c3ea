// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.config.Setting;
import org.jspecify.annotations.Nullable;

/**
 * STIR/SHAKEN as configured. Immutable.
 *
 * @param verify what becomes of Identity headers that come in; null when they pass untouched
 * @param sign which calls get one; null for none
 * @param numbers how telephone numbers are written here
 */
public record StirShakenSettings(
    @Setting(
            doc =
                "Verifies the Identity header of calls that come in, and tells the result in"
                    + " `verstat`. Without it, the header passes untouched.")
        @Nullable VerificationSettings verify,
    @Setting(
            doc =
                "Signs calls that leave. Without it, none gets an Identity header; one that has one"
                    + " already keeps it.")
        @Nullable SigningSettings sign,
    @Setting(
            doc =
                "How telephone numbers without `+` are to be read: a PASSporT has them with the"
                    + " country code.")
        TelephoneNumberSettings numbers) {
  /** Nothing is verified or signed. */
  public static final StirShakenSettings OFF =
      new StirShakenSettings(null, null, TelephoneNumberSettings.AS_WRITTEN);
}
