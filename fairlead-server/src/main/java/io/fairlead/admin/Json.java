// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) as maps, lists, texts, numbers and truths: written without a line feed, read
 * strictly and no deeper than is needed. Whole numbers are read as {@code Long}, others as {@code
 * Double}. Owned by whoever reads.
 */
public final class Json {
  private static final int DEEPEST = 16;
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?");

  private final String text;
  private int at;
  private boolean wrong;

  private Json(String text) {
    this.text = text;
  }

  /** The object, or null when the text is none. */
  public static @Nullable Fields read(String text) {
    Json json = new Json(text);
    Object value = json.value(0);
    json.space();
    return value instanceof Fields fields && !json.wrong && json.at == text.length()
        ? fields
        : null;
  }

  /** The text of a value. */
  public static String text(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(@Nullable Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case Fields fields -> write(fields.all(), out);
      case Map<?, ?> map -> {
        char before = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          string(entry.getKey().toString(), out.append(before));
          write(entry.getValue(), out.append(':'));
          before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
      }
      case List<?> list -> {
        char before = '[';
        for (Object item : list) {
          write(item, out.append(before));
          before = ',';
        }
        out.append(before == '[' ? "[]" : "]");
      }
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      default -> string(value.toString(), out);
    }
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
        out.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private @Nullable Object value(int depth) {
    if (depth > DEEPEST) {
      return fail();
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> list(depth);
      case '"' -> string();
      default -> word();
    };
  }

  private @Nullable Object object(int depth) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    take('{');
    if (take('}')) {
      return new Fields(fields);
    }
    do {
      if (peek() != '"') {
        return fail();
      }
      String name = string();
      if (!take(':')) {
        return fail();
      }
      fields.put(name, value(depth + 1));
    } while (!wrong && take(','));
    return take('}') ? new Fields(fields) : fail();
  }

  private @Nullable Object list(int depth) {
    List<@Nullable Object> items = new ArrayList<>();
    take('[');
    if (take(']')) {
      return items;
    }
    do {
      items.add(value(depth + 1));
    } while (!wrong && take(','));
    return take(']') ? items : fail();
  }

  private @Nullable Object word() {
    int from = at;
    while (at < text.length() && isPartOfWord(text.charAt(at))) {
      at++;
    }
    String word = text.substring(from, at);
    return switch (word) {
      case "null" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> number(word);
    };
  }

  private static boolean isPartOfWord(char c) {
    return c == '+' || c == '-' || c == '.' || c < 128 && Character.isLetterOrDigit(c);
  }

  private @Nullable Object number(String word) {
    if (!NUMBER.matcher(word).matches()) {
      return fail();
    }
    boolean whole = word.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
    return whole ? (Object) Long.valueOf(word) : (Object) Double.valueOf(word);
  }

  private String string() {
    take('"');
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ' || c == '\\' && !escape(out)) {
        break;
      }
      if (c != '\\') {
        out.append(c);
      }
    }
    wrong = true;
    return "";
  }

  private boolean escape(StringBuilder out) {
    char c = at < text.length() ? text.charAt(at++) : 0;
    if (c != 'u') {
      int i = "\"\\/bfnrt".indexOf(c);
      out.append(i < 0 ? "" : "\"\\/\b\f\n\r\t".substring(i, i + 1));
      return i >= 0;
    }
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

  private @Nullable Object fail() {
    wrong = true;
    return null;
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
