// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Writes maps, lists, texts, numbers and truths as indented JSON. Maps without an order of their
 * own are sorted.
 *
 * <p>Owned by whoever asks for the text.
 */
final class IndentedJson {
  private final StringBuilder out = new StringBuilder();

  private IndentedJson() {}

  static String text(Object value) {
    IndentedJson json = new IndentedJson();
    json.value(value, "\n");
    return json.out.append('\n').toString();
  }

  private void value(Object value, String indent) {
    switch (value) {
      case Map<?, ?> map -> map(map, indent);
      case List<?> list -> list(list, indent);
      case String text -> string(text);
      default -> out.append(value);
    }
  }

  private void map(Map<?, ?> map, String indent) {
    Map<?, ?> ordered = map instanceof SequencedMap ? map : new TreeMap<>(map);
    String deeper = indent + "  ";
    Iterator<? extends Map.Entry<?, ?>> entries = ordered.entrySet().iterator();
    out.append('{');
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      out.append(deeper);
      string(entry.getKey().toString());
      out.append(": ");
      value(entry.getValue(), deeper);
      out.append(entries.hasNext() ? "," : indent);
    }
    out.append('}');
  }

  private void list(List<?> list, String indent) {
    boolean flat = list.stream().noneMatch(item -> item instanceof Map || item instanceof List);
    String deeper = flat ? "" : indent + "  ";
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      out.append(i == 0 ? deeper : flat ? ", " : "," + deeper);
      value(list.get(i), deeper);
    }
    out.append(flat || list.isEmpty() ? "" : indent).append(']');
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
