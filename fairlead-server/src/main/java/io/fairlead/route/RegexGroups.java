// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the groups of an expression stand for in a text that it matches as a whole. The automaton
 * says whether it matches; only then the JDK's engine looks for the groups, with a bound on its
 * work. Immutable.
 */
final class RegexGroups {
  /**
   * Looks at characters that the JDK's engine may take; some hundred times what a sane expression
   * needs.
   */
  private static final int MOST_LOOKS = 100_000;

  private final TextPattern pattern;
  private final Pattern groups;

  private RegexGroups(TextPattern pattern, Pattern groups) {
    this.pattern = pattern;
    this.groups = groups;
  }

  /** True when groups can be found: the JDK's engine sees bytes, so it must be ASCII. */
  static boolean fits(TextPattern pattern) {
    return StandardCharsets.US_ASCII.newEncoder().canEncode(pattern.toString());
  }

  /** Those of an expression that {@link #fits}. */
  static RegexGroups of(TextPattern pattern) {
    return new RegexGroups(pattern, Pattern.compile(pattern.toString(), Pattern.DOTALL));
  }

  /** Where the groups are, or null when the expression does not match. */
  @Nullable Matcher in(MatchInput text) {
    if (!text.matches(pattern)) {
      return null;
    }
    Matcher matcher = groups.matcher(new Looks(text));
    try {
      return matcher.matches() ? matcher : null;
    } catch (TooManyLooks e) {
      return null;
    }
  }

  /** Thrown out of the JDK's engine when it has looked often enough; the only way to stop it. */
  private static final class TooManyLooks extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyLooks() {
      super("an expression took too long", null, false, false);
    }
  }

  /** The text as the JDK's engine sees it: one character per byte. */
  private static final class Looks implements CharSequence {
    private final byte[] bytes;
    private final int length;
    private int looks;

    Looks(MatchInput text) {
      bytes = text.bytes();
      length = text.length();
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
