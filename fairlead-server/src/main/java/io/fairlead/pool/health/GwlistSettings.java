// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;

/** Whom {@link GwlistCheck} asks. Immutable. */
public record GwlistSettings(
    @Setting(doc = "The pool of FreeSWITCHes that is asked; it needs `esl`.") String pool,
    @Setting(value = "external", doc = "Their Sofia profile that has the gateways.")
        String profile) {
  public GwlistSettings {
    // It becomes a part of a command.
    if (!profile.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw new SettingException(
          "profile", "expected letters, digits, `_`, `.` and `-`, not `" + profile + "`");
    }
  }
}
