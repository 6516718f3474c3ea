// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a JSON text (RFC 8259), one after the other; what is made of them, and how deep and
 * how many there may be, is the reader's. One per text.
 *
 * <p>Owned by whoever reads.
 */
public final class JsonScanner {
  private static final Pattern LITERAL =
      Pattern.compile("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final String text;
  private int at;

  /** At the beginning of a text. */
  public JsonScanner(String text) {
    this.text = text;
  }

  /** True when nothing follows but white space. */
  public boolean atEnd() {
    space();
    return at == text.length();
  }

  /** The next character behind white space, or 0 at the end. */
  public char peek() {
    space();
    return at < text.length() ? text.charAt(at) : 0;
  }

  /** Goes past this character when it is the next. */
  public boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  /** The text in quotes that comes next, its escapes resolved; null when there is none. */
  public @Nullable String string() {
    if (!take('"')) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ' || c == '\\' && !escape(out)) {
        return null;
      }
      if (c != '\\') {
        out.append(c);
      }
    }
    return null;
  }

  private boolean escape(StringBuilder out) {
    char c = at < text.length() ? text.charAt(at++) : 0;
    if (c == 'u') {
      return unicode(out);
    }
    int i = "\"\\/bfnrt".indexOf(c);
    if (i < 0) {
      return false;
    }
    out.append("\"\\/\b\f\n\r\t".charAt(i));
    return true;
  }

  private boolean unicode(StringBuilder out) {
    int code = 0;
    for (int end = at + 4; at < end; at++) {
      char c = at < text.length() ? text.charAt(at) : 0;
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return false;
      }
      code = code << 4 | digit;
    }
    out.append((char) code);
    return true;
  }

  /** The letters, digits, signs and points that come next, whatever they mean; empty for none. */
  public String word() {
    int from = at;
    while (at < text.length() && isPartOfWord(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean isPartOfWord(char c) {
    return c == '+' || c == '-' || c == '.' || c < 128 && Character.isLetterOrDigit(c);
  }

  /** The number, {@code true}, {@code false} or {@code null} that comes next; null for no such. */
  public @Nullable String literal() {
    String word = word();
    return LITERAL.matcher(word).matches() ? word : null;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
