// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression for a whole part of a message. A plain word compares bytes, a plain
 * beginning followed by {@code .*} compares that beginning, all else runs an {@link
 * RegexAutomaton}: the time is bounded by the length of the part, whatever the expression is, and
 * nothing is allocated. Parts longer than {@link #LONGEST} bytes match nothing. Immutable.
 */
public final class TextPattern {
  /** Bytes of the longest part that can match; the work per condition is bounded by it. */
  static final int LONGEST = 256;

  private final String source;
  private final byte @Nullable [] literal;
  private final byte[] beginning;
  private final boolean open;
  private final RegexAutomaton automaton;

  private TextPattern(String source, boolean lowerCase) {
    this.source = source;
    Regex regex = Regex.parse(source, lowerCase);
    this.open = regex.endsOpen();
    this.literal = regex.literal();
    this.beginning = regex.beginning();
    this.automaton = RegexAutomaton.of(regex);
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static TextPattern parse(String text) {
    return new TextPattern(text, false);
  }

  /** What is accepted, in words. */
  public static String expected() {
    return "a regular expression such as `3[0-9]{3}`; a plain word is one";
  }

  /** The same expression for text in lower case. */
  TextPattern forLowerCase() {
    return new TextPattern(source, true);
  }

  /** Whether the whole range matches. */
  public boolean matches(byte[] bytes, int from, int to) {
    if (to - from > LONGEST) {
      return false;
    }
    if (literal == null) {
      return automaton.matches(bytes, from, to);
    }
    int end = from + literal.length;
    return (open ? end <= to : end == to)
        && Arrays.equals(bytes, from, end, literal, 0, literal.length);
  }

  /** Whether the whole range matches one of the patterns. */
  static boolean any(List<TextPattern> patterns, byte[] bytes, int from, int to) {
    // By index, since an iterator would be an allocation.
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(bytes, from, to)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the whole text matches. */
  public boolean matches(String text) {
    byte[] bytes = SafeMessageText.utf8(text);
    return matches(bytes, 0, bytes.length);
  }

  /**
   * Whether everything that the other matches is sure to match this; false when that is not easily
   * seen.
   */
  boolean covers(TextPattern other) {
    if (source.equals(other.source)) {
      return true;
    }
    if (other.literal != null && !other.open) {
      return matches(other.literal, 0, other.literal.length);
    }
    byte[] fixed = other.beginning;
    return literal != null
        && open
        && literal.length <= fixed.length
        && Arrays.equals(fixed, 0, literal.length, literal, 0, literal.length);
  }

  /** True when there is an @ in it: it is then for user and host. */
  boolean hasAt() {
    return source.indexOf('@') >= 0;
  }

  /**
   * True when what follows the @ has letters in upper case, which a host in lower case never
   * matches.
   */
  boolean upperCaseHost() {
    String host = source.substring(source.indexOf('@') + 1).replaceAll("\\\\.", "");
    return hasAt() && !host.equals(host.toLowerCase(Locale.ROOT));
  }

  /** How many groups it has. */
  int groups() {
    int groups = 0;
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        i = Regex.classEnd(source, i);
      } else if (c == '(' && !source.startsWith("(?", i)) {
        groups++;
      }
    }
    return groups;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextPattern pattern && pattern.source.equals(source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  /** As configured. */
  @Override
  public String toString() {
    return source;
  }
}
