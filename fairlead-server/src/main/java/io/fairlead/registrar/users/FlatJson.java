// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text fields of one JSON object (RFC 8259); numbers, words, lists and objects in it are
 * passed over. One per text.
 *
 * <p>Owned by the thread that reads.
 */
final class FlatJson {
  private static final int DEEPEST = 16;

  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /** The fields whose value is a text, or null when this is no JSON object. */
  static @Nullable Map<String, String> read(String text) {
    FlatJson json = new FlatJson(text);
    Map<String, String> fields = new HashMap<>();
    boolean good = json.object(fields, 0);
    json.space();
    return good && json.at == text.length() ? fields : null;
  }

  private boolean object(@Nullable Map<String, String> fields, int depth) {
    if (depth > DEEPEST || !take('{')) {
      return false;
    }
    if (take('}')) {
      return true;
    }
    do {
      String name = string();
      if (name == null || !take(':')) {
        return false;
      }
      if (peek() == '"') {
        String value = string();
        if (value == null) {
          return false;
        }
        if (fields != null) {
          fields.put(name, value);
        }
      } else if (!passOver(depth)) {
        return false;
      }
    } while (take(','));
    return take('}');
  }

  private boolean passOver(int depth) {
    return switch (peek()) {
      case '{' -> object(null, depth + 1);
      case '[' -> list(depth + 1);
      case '"' -> string() != null;
      default -> word();
    };
  }

  private boolean list(int depth) {
    if (depth > DEEPEST || !take('[')) {
      return false;
    }
    if (take(']')) {
      return true;
    }
    do {
      if (!passOver(depth)) {
        return false;
      }
    } while (take(','));
    return take(']');
  }

  private boolean word() {
    int from = at;
    while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0
        || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at)
        .matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  }

  private @Nullable String string() {
    if (!take('"')) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        return null;
      }
      if (c == '\\' && !escape(out)) {
        return null;
      }
      if (c != '\\') {
        out.append(c);
      }
    }
    return null;
  }

  private boolean escape(StringBuilder out) {
    if (at == text.length()) {
      return false;
    }
    char c = text.charAt(at++);
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
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        return false;
      }
      code = code << 4 | digit;
    }
    out.append((char) code);
    return true;
  }

  private boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  // The next character behind white space, or 0 at the end.
  private char peek() {
    space();
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
