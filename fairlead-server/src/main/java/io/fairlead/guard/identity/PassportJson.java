// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.config.JsonScanner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object that a stranger wrote, into maps, lists, texts and whole numbers; all else
 * stays the word it is. What is deep, large, or has a key twice is none: two readers could then see
 * two PASSporTs.
 *
 * <p>Owned by whoever reads.
 */
final class PassportJson {
  private static final int DEEPEST = 6;
  private static final int MOST = 500;
  private static final int LONGEST_NUMBER = 18;

  private final JsonScanner in;
  private int left = MOST;

  private PassportJson(String text) {
    in = new JsonScanner(text);
  }

  /** The object that the text is; null when it is none. */
  static @Nullable Map<String, Object> object(String text) {
    PassportJson reader = new PassportJson(text);
    Map<String, Object> read = reader.in.peek() == '{' ? reader.members(1) : null;
    return read != null && reader.in.atEnd() ? read : null;
  }

  private @Nullable Object value(int depth) {
    if (depth > DEEPEST || --left < 0) {
      return null;
    }
    return switch (in.peek()) {
      case '{' -> members(depth);
      case '[' -> elements(depth);
      case '"' -> in.string();
      default -> literal();
    };
  }

  private @Nullable Object literal() {
    String word = in.literal();
    boolean whole = word != null && word.length() <= LONGEST_NUMBER && word.matches("-?[0-9]+");
    return whole ? Long.valueOf(word) : word == null ? null : new Word(word);
  }

  /** A number with a fraction, true, false or null. Immutable. */
  private record Word(String text) {}

  private @Nullable Map<String, Object> members(int depth) {
    in.take('{');
    Map<String, Object> read = new HashMap<>();
    if (in.take('}')) {
      return read;
    }
    do {
      String key = in.string();
      Object value = key != null && in.take(':') ? value(depth + 1) : null;
      if (key == null || value == null || read.put(key, value) != null) {
        return null;
      }
    } while (in.take(','));
    return in.take('}') ? read : null;
  }

  private @Nullable List<Object> elements(int depth) {
    in.take('[');
    List<Object> read = new ArrayList<>();
    if (in.take(']')) {
      return read;
    }
    do {
      Object value = value(depth + 1);
      if (value == null) {
        return null;
      }
      read.add(value);
    } while (in.take(','));
    return in.take(']') ? read : null;
  }
}
