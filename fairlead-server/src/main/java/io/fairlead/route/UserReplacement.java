// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.SettingException;
import io.fairlead.sip.SipWriter;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** What becomes of a user that an expression matches. Immutable. */
final class UserReplacement {
  private final RegexGroups groups;
  private final String replace;

  private UserReplacement(RegexGroups groups, String replace) {
    this.groups = groups;
    this.replace = replace;
  }

  /**
   * Makes one.
   *
   * @throws SettingException when the replacement names a group that the expression does not have
   */
  static UserReplacement of(TextPattern pattern, String replace) {
    if (!RegexGroups.fits(pattern)) {
      throw new SettingException("regex", "an expression for a replacement must be ASCII");
    }
    if (replace.isEmpty()) {
      throw new SettingException("replace", "the replacement is empty, and a user cannot be");
    }
    int groups = pattern.groups();
    for (int i = 0; i < replace.length(); i++) {
      if (replace.charAt(i) == '$') {
        char c = ++i < replace.length() ? replace.charAt(i) : ' ';
        if (c != '$' && (c < '1' || c > '9')) {
          throw new SettingException(
              "replace", "`$` needs the number of a group behind it; write `$$` for the character");
        }
        if (c != '$' && c - '0' > groups) {
          throw new SettingException(
              "replace", "`$" + c + "`: the expression has " + groups + " groups");
        }
      }
    }
    return new UserReplacement(RegexGroups.of(pattern), replace);
  }

  /** The new user, escaped, or null when this one stays. */
  byte @Nullable [] apply(MatchInput user) {
    Matcher matcher = groups.in(user);
    return matcher == null ? null : replaced(matcher, user);
  }

  private byte[] replaced(Matcher matcher, MatchInput user) {
    SipWriter out = new SipWriter(64);
    for (int i = 0; i < replace.length(); i++) {
      char c = replace.charAt(i);
      if (c != '$') {
        int end = replace.indexOf('$', i);
        end = end < 0 ? replace.length() : end;
        out.put(PercentEscapes.escape(replace.substring(i, end)));
        i = end - 1;
      } else if (replace.charAt(++i) == '$') {
        out.put('$');
      } else {
        int group = replace.charAt(i) - '0';
        for (int at = matcher.start(group); at < matcher.end(group); at++) {
          PercentEscapes.write(out, user.bytes()[at]);
        }
      }
    }
    return out.copy();
  }
}
