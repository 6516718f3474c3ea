// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.config.JsonScanner;
import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.media.ng.NgValue.NgInteger;
import io.fairlead.media.ng.NgValue.NgList;
import io.fairlead.media.ng.NgValue.NgText;
import io.fairlead.sip.SipWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259), the ng protocol's other encoding: objects, arrays, strings and whole numbers;
 * what bencoding has no form for is refused.
 *
 * <p>Owned by whoever reads.
 */
final class NgJson {
  private final JsonScanner scanner;
  private int values;

  private NgJson(String text) {
    scanner = new JsonScanner(text);
  }

  /** The object that fills the range, or null when it is none. */
  static @Nullable NgDictionary read(byte[] bytes, int from, int to) {
    NgJson reader = new NgJson("");
    try {
      ByteBuffer range = ByteBuffer.wrap(bytes, from, to - from);
      reader = new NgJson(StandardCharsets.UTF_8.newDecoder().decode(range).toString());
    } catch (CharacterCodingException e) {
      return null;
    }
    NgValue read = reader.value(0);
    return read instanceof NgDictionary whole && reader.scanner.atEnd() ? whole : null;
  }

  private @Nullable NgValue value(int depth) {
    if (depth > NgValue.MAX_DEPTH || ++values > NgValue.MAX_VALUES) {
      return null;
    }
    return switch (scanner.peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> quoted();
      default -> number();
    };
  }

  private @Nullable NgText quoted() {
    String text = text();
    return text == null ? null : new NgText(text);
  }

  private @Nullable NgInteger number() {
    long number = Bencode.number(scanner.word(), Long.MIN_VALUE);
    return number == Long.MIN_VALUE ? null : new NgInteger(number);
  }

  private @Nullable String text() {
    String text = scanner.string();
    return text == null
        ? null
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private @Nullable NgList array(int depth) {
    scanner.take('[');
    NgList list = new NgList();
    boolean more = !scanner.take(']');
    while (more) {
      NgValue item = value(depth + 1);
      if (item == null) {
        return null;
      }
      list.add(item);
      more = scanner.take(',');
      if (!more && !scanner.take(']')) {
        return null;
      }
    }
    return list;
  }

  private @Nullable NgDictionary object(int depth) {
    scanner.take('{');
    NgDictionary object = new NgDictionary();
    boolean more = !scanner.take('}');
    while (more) {
      String key = scanner.peek() == '"' ? text() : null;
      NgValue value = key == null || !scanner.take(':') ? null : value(depth + 1);
      if (key == null || value == null || object.entries().containsKey(key)) {
        return null;
      }
      object.put(key, value);
      more = scanner.take(',');
      if (!more && !scanner.take('}')) {
        return null;
      }
    }
    return object;
  }

  /** Appends a value. */
  static void write(NgValue value, SipWriter out) {
    switch (value) {
      case NgText text -> text(text.text(), out);
      case NgInteger number -> out.number(number.value());
      case NgList list -> {
        out.put('[');
        for (Iterator<NgValue> items = list.items().iterator(); items.hasNext(); ) {
          write(items.next(), out);
          out.put(items.hasNext() ? "," : "");
        }
        out.put(']');
      }
      case NgDictionary dictionary -> {
        out.put('{');
        String before = "";
        for (Map.Entry<String, NgValue> entry : dictionary.entries().entrySet()) {
          text(entry.getKey(), out.put(before));
          write(entry.getValue(), out.put(':'));
          before = ",";
        }
        out.put('}');
      }
    }
  }

  // What is no UTF-8 in a session description shows as U+FFFD: JSON has no other form for it.
  private static void text(String octets, SipWriter out) {
    String text = new String(new NgText(octets).bytes(), StandardCharsets.UTF_8);
    out.put('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.put("\\\"");
        case '\\' -> out.put("\\\\");
        case '\r' -> out.put("\\r");
        case '\n' -> out.put("\\n");
        default -> {
          if (c < ' ' || c > '~') {
            out.put("\\u").hex(c, 4);
          } else {
            out.put(c);
          }
        }
      }
    }
    out.put('"');
  }
}
