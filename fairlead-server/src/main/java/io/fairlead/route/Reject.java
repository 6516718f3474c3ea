// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.sip.Ascii;

/**
 * The answer of a route that refuses. Immutable.
 *
 * @param status 300 to 699
 * @param reason the reason phrase
 */
public record Reject(
    @Setting(value = "403", doc = "The status of the answer, 300 to 699.") int status,
    @Setting(value = "Forbidden", doc = "The reason phrase of the answer.") String reason) {
  public Reject {
    if (status < 300 || status > 699) {
      throw new SettingException("status", status + " is no status of a refusal: use 300 to 699");
    }
    if (!Ascii.isOneLine(reason)) {
      throw new SettingException(
          "reason", "the reason must be one line without control characters");
    }
  }

  /** The short form: a status alone, or a status and its reason: {@code 486 Busy Here}. */
  public static Reject of(String text) {
    int space = text.indexOf(' ');
    String status = space < 0 ? text : text.substring(0, space);
    if (!status.matches("[0-9]{3}")) {
      throw new IllegalArgumentException(
          "`" + text + "` is no answer: write a status and a reason, such as `486 Busy Here`");
    }
    String reason = space < 0 ? "Rejected" : text.substring(space + 1).strip();
    return new Reject(Integer.parseInt(status), reason);
  }
}
