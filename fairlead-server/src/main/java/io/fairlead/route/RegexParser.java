// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Reads a regular expression, by recursive descent. Used once per expression, at load.
 *
 * <p>Owned by whoever reads the configuration.
 */
final class RegexParser {
  private static final int DEEPEST = 20;
  private static final int MOST = 64;

  private final String text;
  private final boolean lowerCase;
  private int at;
  private int depth;

  RegexParser(String text, boolean lowerCase) {
    this.text = text;
    this.lowerCase = lowerCase;
  }

  Regex parse() {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the expression is empty");
    }
    // The expression is for the whole part, so anchors at its ends change nothing.
    skip('^');
    Regex regex = either();
    if (at < text.length()) {
      throw error("`)` closes nothing; write `\\)` for the character");
    }
    return regex;
  }

  private IllegalArgumentException error(String what) {
    return new IllegalArgumentException("`" + text + "` is not a usable expression: " + what);
  }

  private boolean more() {
    return at < text.length();
  }

  private boolean skip(char c) {
    if (more() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private Regex either() {
    List<Regex> choices = new ArrayList<>();
    do {
      choices.add(sequence());
    } while (skip('|'));
    return choices.size() == 1 ? choices.getFirst() : new Regex.Either(choices);
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (more() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      if (text.charAt(at) == '$' && at + 1 == text.length()) {
        at++;
      } else {
        parts.add(repeated(atom()));
      }
    }
    return new Regex.Sequence(parts);
  }

  private Regex atom() {
    char c = text.charAt(at++);
    return switch (c) {
      case '(' -> group();
      case '[' -> characterClass();
      case '.' -> new Regex.Bytes(complement(new BitSet()));
      case '\\' -> escape();
      case '*', '+', '?', '{' ->
          throw error("`" + c + "` repeats nothing; write `\\" + c + "` for the character");
      case '^', '$' ->
          throw error(
              "`" + c + "` can only stand at an end; write `\\" + c + "` for the character");
      default -> character(c);
    };
  }

  private Regex group() {
    if (skip('?') && !skip(':')) {
      throw error("groups that begin with `(?` are not known here, except `(?:`");
    }
    if (++depth > DEEPEST) {
      throw error("its groups are nested too deeply");
    }
    Regex inside = either();
    depth--;
    if (!skip(')')) {
      throw error("`(` is not closed; write `\\(` for the character");
    }
    return inside;
  }

  private Regex character(char c) {
    if (c < 128) {
      BitSet set = new BitSet(256);
      add(set, c);
      return new Regex.Bytes(set);
    }
    int end = Character.isHighSurrogate(c) && more() ? at + 1 : at;
    List<Regex> parts = new ArrayList<>();
    for (byte b : SafeMessageText.utf8(text.substring(at - 1, end))) {
      BitSet set = new BitSet(256);
      set.set(b & 0xff);
      parts.add(new Regex.Bytes(set));
    }
    at = end;
    return new Regex.Sequence(parts);
  }

  private void add(BitSet set, char c) {
    set.set(lowerCase ? Character.toLowerCase(c) : c);
  }

  private Regex escape() {
    if (!more()) {
      throw error("there is nothing behind the last `\\`");
    }
    BitSet set = new BitSet(256);
    escaped(set, text.charAt(at++));
    return new Regex.Bytes(set);
  }

  // Puts into the set what the escape stands for.
  private void escaped(BitSet set, char c) {
    BitSet letters = new BitSet(256);
    switch (Character.toLowerCase(c)) {
      case 'd' -> range(letters, '0', '9');
      case 's' -> {
        range(letters, '\t', '\r');
        letters.set(' ');
      }
      case 'w' -> {
        range(letters, '0', '9');
        range(letters, 'A', 'Z');
        range(letters, 'a', 'z');
        letters.set('_');
      }
      default -> {
        if (c > 126 || c < ' ' || Character.isLetterOrDigit(c)) {
          throw error("`\\" + c + "` is not known here");
        }
        letters.set(c);
      }
    }
    BitSet meant = Character.isUpperCase(c) ? complement(letters) : letters;
    set.or(meant);
  }

  private static void range(BitSet set, char first, char last) {
    set.set(first, last + 1);
  }

  private static BitSet complement(BitSet set) {
    BitSet others = (BitSet) set.clone();
    others.flip(0, 256);
    return others;
  }

  private Regex characterClass() {
    int open = at - 1;
    int close = Regex.classEnd(text, open);
    if (close == text.length()) {
      throw error("`[` is not closed; write `\\[` for the character");
    }
    boolean not = skip('^');
    BitSet set = new BitSet(256);
    while (at < close) {
      member(set, close);
    }
    at = close + 1;
    return new Regex.Bytes(not ? complement(set) : set);
  }

  private void member(BitSet set, int close) {
    char first = classCharacter();
    if (first == '\\' && Character.isLetter(text.charAt(at))) {
      escaped(set, text.charAt(at++));
      return;
    }
    first = first == '\\' ? text.charAt(at++) : first;
    if (at + 1 >= close || text.charAt(at) != '-') {
      add(set, first);
      return;
    }
    at++;
    char last = classCharacter();
    last = last == '\\' ? text.charAt(at++) : last;
    if (last < first) {
      throw error("the range " + first + "-" + last + " is empty");
    }
    for (char c = first; c <= last; c++) {
      add(set, c);
    }
  }

  private char classCharacter() {
    char c = text.charAt(at++);
    if (c > 126) {
      throw error("`" + c + "` cannot stand in `[ ]`: use `|`");
    }
    return c;
  }

  private Regex repeated(Regex atom) {
    if (!more()) {
      return atom;
    }
    char sign = text.charAt(at);
    if ("*+?{".indexOf(sign) < 0) {
      return atom;
    }
    Regex repeated =
        switch (sign) {
          case '*' -> counted(atom, 0, Regex.Repeat.UNBOUNDED);
          case '+' -> counted(atom, 1, Regex.Repeat.UNBOUNDED);
          case '?' -> counted(atom, 0, 1);
          default -> bounds(atom);
        };
    if (more() && "*+?{".indexOf(text.charAt(at)) >= 0) {
      throw error("`" + text.charAt(at) + "` repeats what is repeated already");
    }
    return repeated;
  }

  private Regex counted(Regex atom, int least, int most) {
    at++;
    return new Regex.Repeat(atom, least, most);
  }

  private Regex bounds(Regex atom) {
    int close = text.indexOf('}', at);
    String inside = close < 0 ? "" : text.substring(at + 1, close);
    if (!inside.matches("[0-9]{1,3}(,[0-9]{0,3})?")) {
      throw error("`{` needs a count such as `{3}` or `{7,15}`; write `\\{` for the character");
    }
    int comma = inside.indexOf(',');
    int least = Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
    int most = least;
    if (comma >= 0) {
      String upper = inside.substring(comma + 1);
      most = upper.isEmpty() ? Regex.Repeat.UNBOUNDED : Integer.parseInt(upper);
    }
    if (Math.max(least, most) > MOST || most == 0 || (most > 0 && most < least)) {
      throw error("the count {" + inside + "} must rise, and lie between 1 and " + MOST);
    }
    at = close + 1;
    return new Regex.Repeat(atom, least, most);
  }
}
