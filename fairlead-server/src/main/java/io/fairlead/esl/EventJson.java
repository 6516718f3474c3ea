// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of an event (RFC 8259): one object whose values are texts, or lists of texts where
 * a header has several. A list becomes {@code ARRAY::a|:b}, which is how a plain event has it. One
 * per text.
 *
 * <p>Owned by the thread that reads.
 */
final class EventJson {
  private final String text;
  private int at;

  private EventJson(String text) {
    this.text = text;
  }

  /**
   * The fields; of several with one name the first, as FreeSWITCH itself looks headers up. Null
   * when this is no such object.
   */
  static @Nullable Map<String, String> read(String text) {
    EventJson json = new EventJson(text);
    Map<String, String> fields = json.object();
    return fields != null && json.peek() == 0 && json.at == text.length() ? fields : null;
  }

  private @Nullable Map<String, String> object() {
    Map<String, String> fields = new HashMap<>();
    if (!take('{')) {
      return null;
    }
    if (take('}')) {
      return fields;
    }
    do {
      String name = string();
      String value = name != null && take(':') ? value() : null;
      if (name == null || value == null || fields.size() >= HeaderLines.MOST) {
        return null;
      }
      fields.putIfAbsent(name, value);
    } while (take(','));
    return take('}') ? fields : null;
  }

  private @Nullable String value() {
    return switch (peek()) {
      case '"' -> string();
      case '[' -> list();
      default -> word();
    };
  }

  private @Nullable String list() {
    StringBuilder out = new StringBuilder("ARRAY::");
    if (!take('[')) {
      return null;
    }
    if (take(']')) {
      return "";
    }
    String divider = "";
    do {
      String each = string();
      if (each == null) {
        return null;
      }
      out.append(divider).append(each);
      divider = "|:";
    } while (take(','));
    return take(']') ? out.toString() : null;
  }

  // FreeSWITCH writes numbers as texts; who writes a number means the same.
  private @Nullable String word() {
    int from = at;
    while (at < text.length() && at - from < 40 && isWord(text.charAt(at))) {
      at++;
    }
    String word = text.substring(from, at);
    return word.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")
        ? word
        : null;
  }

  private static boolean isWord(char c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "+-.E".indexOf(c) >= 0;
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
      if (c < ' ' || (c == '\\' && !escape(out))) {
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

  private boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  // The next character behind white space, or 0 at the end.
  private char peek() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }
}
