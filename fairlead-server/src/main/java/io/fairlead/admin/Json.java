// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.config.JsonScanner;
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

  private final JsonScanner json;
  private boolean wrong;

  private Json(String text) {
    this.json = new JsonScanner(text);
  }

  /** The object, or null when the text is none. */
  public static @Nullable JsonObject read(String text) {
    Json reader = new Json(text);
    Object value = reader.value(0);
    return value instanceof JsonObject fields && !reader.wrong && reader.json.atEnd()
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
      case JsonObject fields -> write(fields.all(), out);
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
    return switch (json.peek()) {
      case '{' -> object(depth);
      case '[' -> list(depth);
      case '"' -> string();
      default -> word();
    };
  }

  private @Nullable Object object(int depth) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    json.take('{');
    if (json.take('}')) {
      return new JsonObject(fields);
    }
    do {
      if (json.peek() != '"') {
        return fail();
      }
      String name = string();
      if (!json.take(':')) {
        return fail();
      }
      fields.put(name, value(depth + 1));
    } while (!wrong && json.take(','));
    return json.take('}') ? new JsonObject(fields) : fail();
  }

  private @Nullable Object list(int depth) {
    List<@Nullable Object> items = new ArrayList<>();
    json.take('[');
    if (json.take(']')) {
      return items;
    }
    do {
      items.add(value(depth + 1));
    } while (!wrong && json.take(','));
    return json.take(']') ? items : fail();
  }

  private @Nullable Object word() {
    String word = json.word();
    return switch (word) {
      case "null" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> number(word);
    };
  }

  private @Nullable Object number(String word) {
    if (!NUMBER.matcher(word).matches()) {
      return fail();
    }
    boolean whole = word.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
    return whole ? (Object) Long.valueOf(word) : (Object) Double.valueOf(word);
  }

  private String string() {
    String string = json.string();
    if (string == null) {
      wrong = true;
      return "";
    }
    return string;
  }

  private @Nullable Object fail() {
    wrong = true;
    return null;
  }
}
