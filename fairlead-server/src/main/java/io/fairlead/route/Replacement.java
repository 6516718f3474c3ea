// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.SettingException;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a user that an expression matches. The automaton says whether it matches; only
 * then the JDK's engine looks for the groups, with a bound on its work. Immutable.
 */
final class Replacement {
  /**
   * Looks at characters that the JDK's engine may take; some hundred times what a sane expression
   * needs.
   */
  private static final int MOST_LOOKS = 100_000;

  private final TextPattern pattern;
  private final Pattern groups;
  private final String replace;

  private Replacement(TextPattern pattern, Pattern groups, String replace) {
    this.pattern = pattern;
    this.groups = groups;
    this.replace = replace;
  }

  /**
   * Makes one.
   *
   * @throws SettingException when the replacement names a group that the expression does not have
   */
  static Replacement of(TextPattern pattern, String replace) {
    String source = pattern.toString();
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(source)) {
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
    return new Replacement(pattern, Pattern.compile(source, Pattern.DOTALL), replace);
  }

  /** The new user, escaped, or null when this one stays. */
  byte @Nullable [] apply(Subject user) {
    if (!user.matches(pattern)) {
      return null;
    }
    Matcher matcher = groups.matcher(new Looks(user));
    try {
      return matcher.matches() ? replaced(matcher, user) : null;
    } catch (TooManyLooks e) {
      return null;
    }
  }

  private byte[] replaced(Matcher matcher, Subject user) {
    SipWriter out = new SipWriter(64);
    for (int i = 0; i < replace.length(); i++) {
      char c = replace.charAt(i);
      if (c != '$') {
        int end = replace.indexOf('$', i);
        end = end < 0 ? replace.length() : end;
        out.put(Escapes.escape(replace.substring(i, end)));
        i = end - 1;
      } else if (replace.charAt(++i) == '$') {
        out.put('$');
      } else {
        int group = replace.charAt(i) - '0';
        for (int at = matcher.start(group); at < matcher.end(group); at++) {
          Escapes.write(out, user.bytes()[at]);
        }
      }
    }
    return out.copy();
  }

  /** Thrown out of the JDK's engine when it has looked often enough; the only way to stop it. */
  private static final class TooManyLooks extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyLooks() {
      super("an expression took too long", null, false, false);
    }
  }

  /** The user as the JDK's engine sees it: one character per byte. */
  private static final class Looks implements CharSequence {
    private final byte[] bytes;
    private final int length;
    private int looks;

    Looks(Subject user) {
      bytes = user.bytes();
      length = user.length();
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public char charAt(int index) {
      if (++looks > MOST_LOOKS) {
        throw new TooManyLooks();
      }
      return (char) (bytes[index] & 0xff);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
      return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
  }
}
