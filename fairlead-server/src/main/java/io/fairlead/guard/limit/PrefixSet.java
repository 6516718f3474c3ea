// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.config.SettingException;
import io.fairlead.config.TextLines;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Beginnings of telephone numbers (E.164), as a tree of digits: a look takes no longer for a
 * thousand of them. Immutable.
 */
final class PrefixSet {
  private static final int LONGEST = 15;

  private final @Nullable PrefixSet[] next = new @Nullable PrefixSet[10];
  private boolean ends;

  private PrefixSet() {}

  /**
   * Makes one.
   *
   * @throws SettingException when one of them is no digits
   */
  static PrefixSet of(List<TextLines> texts) {
    PrefixSet all = new PrefixSet();
    for (TextLines text : texts) {
      for (String line : text.lines()) {
        all.add(line);
      }
    }
    return all;
  }

  private void add(String prefix) {
    if (prefix.isEmpty() || prefix.length() > LONGEST || !prefix.matches("[0-9]+")) {
      throw new SettingException(
          "prefixes", "`" + prefix + "` must be 1 to 15 digits, as they follow + or 00");
    }
    PrefixSet at = this;
    for (int i = 0; i < prefix.length(); i++) {
      int digit = prefix.charAt(i) - '0';
      PrefixSet deeper = at.next[digit];
      if (deeper == null) {
        deeper = new PrefixSet();
        at.next[digit] = deeper;
      }
      at = deeper;
    }
    at.ends = true;
  }

  /** True when there is none in it. */
  boolean isEmpty() {
    for (PrefixSet each : next) {
      if (each != null) {
        return false;
      }
    }
    return true;
  }

  /** Whether a number begins with one of them. */
  boolean begins(CalledNumber number) {
    PrefixSet at = this;
    for (int i = 0; i < number.length() && !at.ends; i++) {
      PrefixSet deeper = at.next[number.digit(i)];
      if (deeper == null) {
        return false;
      }
      at = deeper;
    }
    return at.ends;
  }
}
