// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of the ng protocol, in whichever encoding it travels. Texts are octets, one to a
 * character (ISO 8859-1), so that a session description passes byte for byte.
 */
sealed interface NgValue {
  /** Deeper than any request or answer of rtpengine; one that nests further costs no stack. */
  int MAX_DEPTH = 16;

  /** A query's answer about a call of 64 media lines and two tags has some 3000 values. */
  int MAX_VALUES = 16_384;

  /**
   * Octets.
   *
   * @param text one to a character
   */
  record NgText(String text) implements NgValue {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /**
   * A whole number.
   *
   * @param value of 64 bits
   */
  record NgInteger(long value) implements NgValue {}

  /**
   * A list.
   *
   * @param items in order
   */
  record NgList(List<NgValue> items) implements NgValue {
    NgList() {
      this(new ArrayList<>());
    }

    static NgList of(String... texts) {
      NgList list = new NgList();
      for (String text : texts) {
        list.items.add(new NgText(text));
      }
      return list;
    }

    NgList add(NgValue value) {
      items.add(value);
      return this;
    }
  }

  /**
   * A dictionary; keys stay in the order they came in, as those of rtpengine do.
   *
   * @param entries by key
   */
  record NgDictionary(Map<String, NgValue> entries) implements NgValue {
    NgDictionary() {
      this(new LinkedHashMap<>());
    }

    NgDictionary put(String key, String text) {
      entries.put(key, new NgText(text));
      return this;
    }

    NgDictionary put(String key, long number) {
      entries.put(key, new NgInteger(number));
      return this;
    }

    NgDictionary put(String key, NgValue value) {
      entries.put(key, value);
      return this;
    }

    /** The text of that key; empty where there is none. */
    String text(String key) {
      return entries.get(key) instanceof NgText text ? text.text() : "";
    }

    /** The number of that key, also where it is written as a text; else the one given. */
    long number(String key, long other) {
      return NgValue.number(entries.get(key), other);
    }

    /** The dictionary of that key; an empty one where there is none. */
    NgDictionary dictionary(String key) {
      return entries.get(key) instanceof NgDictionary found ? found : new NgDictionary(Map.of());
    }

    /** The items of the list of that key; none where there is no list. */
    List<NgValue> list(String key) {
      return entries.get(key) instanceof NgList list ? list.items() : List.of();
    }
  }

  /** A number, also where it is written as a text; else the one given. */
  static long number(@Nullable NgValue value, long other) {
    return switch (value) {
      case NgInteger number -> number.value();
      case NgText text -> Bencode.number(text.text(), other);
      case null, default -> other;
    };
  }

  /** The texts of a list, or of a single value; what is no text is left out. */
  static List<String> texts(@Nullable NgValue value) {
    return switch (value) {
      case NgText text -> List.of(text.text());
      case NgList list -> {
        List<String> texts = new ArrayList<>();
        for (NgValue item : list.items()) {
          if (item instanceof NgText text) {
            texts.add(text.text());
          }
        }
        yield texts;
      }
      case null, default -> List.of();
    };
  }
}
