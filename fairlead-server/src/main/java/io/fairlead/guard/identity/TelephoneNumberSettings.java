// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import org.jspecify.annotations.Nullable;

/**
 * How telephone numbers are written by those who dial here. Immutable.
 *
 * @param countryCode what national numbers get before them
 * @param internationalPrefix what numbers begin with that have a country code and no plus
 * @param trunkPrefix what national numbers begin with
 * @param nationalDigits how many digits a national number has
 */
public record TelephoneNumberSettings(
    @Setting(doc = "The country code of national numbers, such as 49 or 1.")
        @Nullable String countryCode,
    @Setting(
            doc =
                "What is dialled before a country code, such as 00 or 011. Without it, no number"
                    + " begins with one.")
        @Nullable String internationalPrefix,
    @Setting(
            doc =
                "What is dialled before a national number, such as 0; it is taken off, and the"
                    + " country code put in its place.")
        @Nullable String trunkPrefix,
    @Setting(
            doc =
                "How many digits a national number has where all have the same, such as 10 in North"
                    + " America: one with as many gets the country code.")
        @Nullable Integer nationalDigits) {
  /** Numbers have their country code. */
  public static final TelephoneNumberSettings AS_WRITTEN =
      new TelephoneNumberSettings(null, null, null, null);

  public TelephoneNumberSettings {
    digits("country-code", countryCode);
    digits("international-prefix", internationalPrefix);
    digits("trunk-prefix", trunkPrefix);
    if (countryCode == null && trunkPrefix != null) {
      throw new SettingException("trunk-prefix", "needs a country-code to put in its place");
    }
    if (nationalDigits != null && (countryCode == null || nationalDigits < 1)) {
      throw new SettingException("national-digits", "needs a country-code, and at least 1");
    }
  }

  private static void digits(String key, @Nullable String value) {
    if (value != null && !value.matches("[0-9]{1,6}")) {
      throw new SettingException(key, "expected one to six digits");
    }
  }
}
