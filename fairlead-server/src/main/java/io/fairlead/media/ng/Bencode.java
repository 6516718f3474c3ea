// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.media.ng.NgValue.NgInteger;
import io.fairlead.media.ng.NgValue.NgList;
import io.fairlead.media.ng.NgValue.NgText;
import io.fairlead.sip.SipWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bencoding (BEP 3), the ng protocol's usual encoding. Strict where two readers could disagree: one
 * way to write a number, no key twice, nothing behind the end. Keys may come in any order, as
 * Kamailio and rtpengine send them.
 *
 * <p>Owned by whoever reads.
 */
final class Bencode {
  private static final int LONGEST_NUMBER = 20;

  private final byte[] bytes;
  private final int to;
  private int at;
  private int values;

  private Bencode(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  /** The dictionary that fills the range, or null when it is none. */
  static @Nullable NgDictionary read(byte[] bytes, int from, int to) {
    Bencode reader = new Bencode(bytes, from, to);
    return reader.value(0) instanceof NgDictionary read && reader.at == to ? read : null;
  }

  private int peek() {
    return at < to ? bytes[at] : -1;
  }

  private @Nullable NgValue value(int depth) {
    if (depth > NgValue.MAX_DEPTH || ++values > NgValue.MAX_VALUES) {
      return null;
    }
    return switch (peek()) {
      case 'i' -> integer();
      case 'l' -> list(depth);
      case 'd' -> dictionary(depth);
      default -> text();
    };
  }

  private @Nullable NgText text() {
    int begin = at;
    long length = 0;
    while (peek() >= '0' && peek() <= '9' && length <= to) {
      length = length * 10 + bytes[at++] - '0';
    }
    boolean padded = at - begin > 1 && bytes[begin] == '0';
    if (at == begin || padded || peek() != ':' || length > to - at - 1) {
      return null;
    }
    int first = at + 1;
    at = first + (int) length;
    return new NgText(latin(bytes, first, at));
  }

  static String latin(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private @Nullable NgInteger integer() {
    int begin = ++at;
    while (peek() >= 0 && peek() != 'e' && at - begin <= LONGEST_NUMBER) {
      at++;
    }
    if (peek() != 'e') {
      return null;
    }
    String digits = latin(bytes, begin, at++);
    long read = number(digits, Long.MIN_VALUE);
    return read == Long.MIN_VALUE ? null : new NgInteger(read);
  }

  /** The number that a text is in its one form, or the other one given. */
  static long number(String digits, long other) {
    int from = digits.startsWith("-") ? 1 : 0;
    int count = digits.length() - from;
    boolean zero = count > 0 && digits.charAt(from) == '0';
    if (count < 1 || count >= LONGEST_NUMBER || zero && digits.length() > 1) {
      return other;
    }
    long read = 0;
    for (int i = from; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9 || read > (Long.MAX_VALUE - digit) / 10) {
        return other;
      }
      read = read * 10 + digit;
    }
    return from == 1 ? -read : read;
  }

  private @Nullable NgList list(int depth) {
    at++;
    NgList list = new NgList();
    while (peek() != 'e') {
      NgValue item = value(depth + 1);
      if (item == null) {
        return null;
      }
      list.add(item);
    }
    at++;
    return list;
  }

  private @Nullable NgDictionary dictionary(int depth) {
    at++;
    NgDictionary dictionary = new NgDictionary();
    while (peek() != 'e') {
      NgText key = text();
      NgValue value = key == null ? null : value(depth + 1);
      if (key == null || value == null || dictionary.entries().containsKey(key.text())) {
        return null;
      }
      dictionary.put(key.text(), value);
    }
    at++;
    return dictionary;
  }

  /** Appends a value. */
  static void write(NgValue value, SipWriter out) {
    switch (value) {
      case NgText text -> text(text.text(), out);
      case NgInteger number -> out.put('i').number(number.value()).put('e');
      case NgList list -> list(list.items(), out);
      case NgDictionary dictionary -> {
        out.put('d');
        for (Map.Entry<String, NgValue> entry : dictionary.entries().entrySet()) {
          text(entry.getKey(), out);
          write(entry.getValue(), out);
        }
        out.put('e');
      }
    }
  }

  private static void list(List<NgValue> items, SipWriter out) {
    out.put('l');
    for (NgValue item : items) {
      write(item, out);
    }
    out.put('e');
  }

  private static void text(String text, SipWriter out) {
    out.number(text.length()).put(':').put(new NgText(text).bytes());
  }
}
