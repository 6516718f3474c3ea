// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the request-URI's user: strip and prefix, or regex and replace. Immutable.
 *
 * @param strip text taken from the beginning when it stands there
 * @param prefix text put before the rest
 * @param regex for the whole user
 * @param replace what a user that matches becomes
 */
public record UserRewrite(
    @Setting(doc = "This text is taken from the beginning of the user, if it stands there.")
        @Nullable String strip,
    @Setting(doc = "This text is put before what strip left, whether it found something or not.")
        @Nullable String prefix,
    @Setting(
            doc =
                "Regular expression for the whole user; one that does not match is left as it is."
                    + " Needs replace; cannot stand beside strip and prefix.")
        @Nullable TextPattern regex,
    @Setting(
            doc =
                "What a user that matches regex becomes; $1 to $9 stand for its groups, $$ for a"
                    + " dollar sign.")
        @Nullable String replace) {
  /** Changes nothing. */
  public static final UserRewrite NONE = new UserRewrite(null, null, null, null);

  public UserRewrite {
    if ((regex == null) != (replace == null)) {
      throw new SettingException(
          regex == null ? "replace" : "regex", "regex and replace need each other");
    }
    if (regex != null && (strip != null || prefix != null)) {
      throw new SettingException("regex", "use either regex and replace, or strip and prefix");
    }
    if (strip != null && strip.isEmpty()) {
      throw new SettingException("strip", "the text to strip is empty");
    }
    if (regex != null && replace != null) {
      UserReplacement.of(regex, replace);
    }
  }

  /** True when nothing is changed. */
  public boolean isEmpty() {
    return strip == null && prefix == null && regex == null;
  }
}
