// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import io.fairlead.config.JsonScanner;
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
final class EventJsonReader {
  private static final int LONGEST_WORD = 40;

  private final JsonScanner json;

  private EventJsonReader(String text) {
    this.json = new JsonScanner(text);
  }

  /**
   * The fields; of several with one name the first, as FreeSWITCH itself looks headers up. Null
   * when this is no such object.
   */
  static @Nullable Map<String, String> read(String text) {
    EventJsonReader event = new EventJsonReader(text);
    Map<String, String> fields = event.object();
    return fields != null && event.json.atEnd() ? fields : null;
  }

  private @Nullable Map<String, String> object() {
    Map<String, String> fields = new HashMap<>();
    if (!json.take('{')) {
      return null;
    }
    if (json.take('}')) {
      return fields;
    }
    do {
      String name = json.string();
      String value = name != null && json.take(':') ? value() : null;
      if (name == null || value == null || fields.size() >= EslHeaderReader.MOST) {
        return null;
      }
      fields.putIfAbsent(name, value);
    } while (json.take(','));
    return json.take('}') ? fields : null;
  }

  private @Nullable String value() {
    return switch (json.peek()) {
      case '"' -> json.string();
      case '[' -> list();
      default -> word();
    };
  }

  private @Nullable String list() {
    StringBuilder out = new StringBuilder("ARRAY::");
    if (!json.take('[')) {
      return null;
    }
    if (json.take(']')) {
      return "";
    }
    String divider = "";
    do {
      String each = json.string();
      if (each == null) {
        return null;
      }
      out.append(divider).append(each);
      divider = "|:";
    } while (json.take(','));
    return json.take(']') ? out.toString() : null;
  }

  // FreeSWITCH writes numbers as texts; who writes a number means the same.
  private @Nullable String word() {
    String word = json.literal();
    return word == null || word.length() > LONGEST_WORD ? null : word;
  }
}
