// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.JsonScanner;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text fields of one JSON object (RFC 8259); numbers, words, lists and objects in it are
 * passed over. One per text.
 *
 * <p>Owned by the thread that reads.
 */
final class FlatJsonReader {
  private static final int DEEPEST = 16;

  private final JsonScanner json;

  private FlatJsonReader(String text) {
    this.json = new JsonScanner(text);
  }

  /** The fields whose value is a text, or null when this is no JSON object. */
  static @Nullable Map<String, String> read(String text) {
    FlatJsonReader flat = new FlatJsonReader(text);
    Map<String, String> fields = new HashMap<>();
    return flat.object(fields, 0) && flat.json.atEnd() ? fields : null;
  }

  private boolean object(@Nullable Map<String, String> fields, int depth) {
    if (depth > DEEPEST || !json.take('{')) {
      return false;
    }
    if (json.take('}')) {
      return true;
    }
    do {
      String name = json.string();
      if (name == null || !json.take(':')) {
        return false;
      }
      if (json.peek() == '"') {
        String value = json.string();
        if (value == null) {
          return false;
        }
        if (fields != null) {
          fields.put(name, value);
        }
      } else if (!passOver(depth)) {
        return false;
      }
    } while (json.take(','));
    return json.take('}');
  }

  private boolean passOver(int depth) {
    return switch (json.peek()) {
      case '{' -> object(null, depth + 1);
      case '[' -> list(depth + 1);
      case '"' -> json.string() != null;
      default -> json.literal() != null;
    };
  }

  private boolean list(int depth) {
    if (depth > DEEPEST || !json.take('[')) {
      return false;
    }
    if (json.take(']')) {
      return true;
    }
    do {
      if (!passOver(depth)) {
        return false;
      }
    } while (json.take(','));
    return json.take(']');
  }
}
