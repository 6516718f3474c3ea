// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML tree with marks, free of the library that read it. Immutable. */
sealed interface YamlNode {
  /** Where it starts. */
  SourcePosition mark();

  /** What it is called in messages. */
  String noun();

  /** The same tree with everything in it standing at one place. */
  YamlNode movedTo(SourcePosition place);

  /**
   * A single value.
   *
   * @param text its text, with variables filled in
   * @param raw its text as written, for messages
   * @param plain written without quotes
   */
  record Scalar(String text, String raw, boolean plain, SourcePosition mark) implements YamlNode {
    static Scalar plain(String text, SourcePosition mark) {
      return new Scalar(text, text, true, mark);
    }

    boolean isNull() {
      return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    @Override
    public YamlNode movedTo(SourcePosition place) {
      return new Scalar(text, raw, plain, place);
    }

    @Override
    public String noun() {
      return isNull() ? "nothing" : "a single value";
    }
  }

  /** A list. */
  record Sequence(List<YamlNode> items, SourcePosition mark) implements YamlNode {
    @Override
    public YamlNode movedTo(SourcePosition place) {
      return new Sequence(items.stream().map(item -> item.movedTo(place)).toList(), place);
    }

    @Override
    public String noun() {
      return "a list";
    }
  }

  /** Keys with values, in the order of the file. */
  record Mapping(Map<String, Entry> entries, SourcePosition mark) implements YamlNode {
    static Mapping empty(SourcePosition mark) {
      return new Mapping(Map.of(), mark);
    }

    static Mapping single(String key, YamlNode value) {
      Map<String, Entry> one = new LinkedHashMap<>();
      one.put(key, new Entry(value.mark(), value));
      return new Mapping(one, value.mark());
    }

    @Override
    public YamlNode movedTo(SourcePosition place) {
      Map<String, Entry> moved = new LinkedHashMap<>();
      entries.forEach(
          (key, entry) -> moved.put(key, new Entry(place, entry.value().movedTo(place))));
      return new Mapping(moved, place);
    }

    @Override
    public String noun() {
      return "keys with values";
    }
  }

  /** A value and where its key stands. */
  record Entry(SourcePosition key, YamlNode value) {}
}
