// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.Arrays;

/**
 * One log line in the making: fields in text ({@code key=value}) or JSON form, as bytes. Reused for
 * every line; allocates only when a line is longer than all before. What could break the line, the
 * terminal or the JSON is escaped.
 *
 * <p>Owned by one loop.
 */
final class LogLine {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private byte[] bytes = new byte[1024];
  private int length;
  private boolean json;
  private boolean first;
  private int valueStart;

  /** Begins a line. */
  void start(boolean asJson) {
    json = asJson;
    length = 0;
    first = true;
    if (json) {
      put('{');
    }
  }

  /** Ends the line with a line feed. */
  void end() {
    if (json) {
      put('}');
    }
    put('\n');
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** A text field. */
  void field(String key, String value) {
    key(key);
    if (plain(value)) {
      return;
    }
    open();
    string(value);
    close();
  }

  /** A text field from bytes of a peer, which need not be UTF-8. */
  void field(String key, byte[] value, int from, int to) {
    key(key);
    if (plain(value, from, to)) {
      return;
    }
    open();
    for (int i = from; i < to; ) {
      int c = Utf8Decoder.codePoint(value, i, to);
      if (c < 0) {
        foreign(value[i]);
        i++;
      } else {
        codePoint(c);
        i += Utf8Decoder.length(c);
      }
    }
    close();
  }

  /** A whole number. */
  void field(String key, long value) {
    key(key);
    number(value);
  }

  /** Milliseconds written as seconds with three decimals. */
  void seconds(String key, long ms) {
    thousandths(key, ms);
  }

  /** A number of thousandths, written with three decimals. */
  void thousandths(String key, long value) {
    key(key);
    number(value / 1000);
    put('.');
    digits(value % 1000, 3);
  }

  /** A number of tenths, written with one decimal. */
  void tenths(String key, long value) {
    key(key);
    number(value / 10);
    put('.');
    digits(value % 10, 1);
  }

  /** A point in time: ISO 8601, UTC, milliseconds. */
  void time(String key, long epochMs) {
    key(key);
    open();
    long days = Math.floorDiv(epochMs, 86_400_000L);
    int ms = (int) Math.floorMod(epochMs, 86_400_000L);
    date(days);
    put('T');
    digits(ms / 3_600_000, 2);
    put(':');
    digits(ms / 60_000 % 60, 2);
    put(':');
    digits(ms / 1000 % 60, 2);
    put('.');
    digits(ms % 1000, 3);
    put('Z');
    close();
  }

  /** An address and port; an IPv6 address in brackets. */
  void address(String key, byte[] address, int port) {
    key(key);
    open();
    if (address.length == 4) {
      for (int i = 0; i < 4; i++) {
        if (i > 0) {
          put('.');
        }
        number(address[i] & 0xff);
      }
    } else {
      put('[');
      ipv6(address);
      put(']');
    }
    put(':');
    number(port);
    close();
  }

  // Days since 1970 to the civil date, proleptic Gregorian; eras of 400 years that begin on a first
  // of March.
  private void date(long epochDay) {
    long z = epochDay + 719_468;
    long era = Math.floorDiv(z, 146_097L);
    long dayOfEra = z - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long monthFromMarch = (5 * dayOfYear + 2) / 153;
    long month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    digits(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4);
    put('-');
    digits(month, 2);
    put('-');
    digits(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2);
  }

  // RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::".
  private void ipv6(byte[] address) {
    int bestAt = -1;
    int best = 1;
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && group(address, i + run) == 0) {
        run++;
      }
      if (run > best) {
        best = run;
        bestAt = i;
      }
    }
    for (int i = 0; i < 8; i++) {
      if (i == bestAt) {
        put(':');
        put(':');
        i += best - 1;
        continue;
      }
      if (i > 0 && bytes[length - 1] != ':') {
        put(':');
      }
      hex(group(address, i), 1);
    }
  }

  private static int group(byte[] address, int i) {
    return (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
  }

  private void key(String key) {
    if (!first) {
      put(json ? ',' : ' ');
    }
    first = false;
    if (json) {
      put('"');
    }
    ascii(key);
    if (json) {
      put('"');
    }
    put(json ? ':' : '=');
  }

  private void ascii(String text) {
    int n = text.length();
    room(n);
    for (int i = 0; i < n; i++) {
      bytes[length + i] = (byte) text.charAt(i);
    }
    length += n;
  }

  // The usual value: nothing in it needs quotes or escapes. False, and nothing written, when it is
  // not so.
  private boolean plain(byte[] value, int from, int to) {
    int n = to - from;
    if (json || n <= 0) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (!isPlain(value[i])) {
        return false;
      }
    }
    room(n);
    System.arraycopy(value, from, bytes, length, n);
    length += n;
    return true;
  }

  private boolean plain(String value) {
    int n = value.length();
    if (json || n == 0) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      if (!isPlain(value.charAt(i))) {
        return false;
      }
    }
    ascii(value);
    return true;
  }

  private static boolean isPlain(int c) {
    return c > ' ' && c < 127 && c != '"' && c != '=' && c != '\\';
  }

  private void open() {
    put('"');
    valueStart = length;
  }

  /** Ends a value; in text form takes the quotes away again where none are needed. */
  private void close() {
    if (json || length == valueStart || !bare()) {
      put('"');
      return;
    }
    System.arraycopy(bytes, valueStart, bytes, valueStart - 1, length - valueStart);
    length--;
  }

  private boolean bare() {
    for (int i = valueStart; i < length; i++) {
      byte b = bytes[i];
      if (b == ' ' || b == '"' || b == '=' || b == '\\') {
        return false;
      }
    }
    return true;
  }

  private void string(String value) {
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      codePoint(c);
      i += Character.charCount(c);
    }
  }

  private void codePoint(int c) {
    if (c == '"' || c == '\\') {
      put('\\');
      put((char) c);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      put('\\');
      put(c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    } else if (Utf8Decoder.unsafe(c)) {
      put('\\');
      put('u');
      hex(c, 4);
    } else {
      room(4);
      length = Utf8Decoder.put(c, bytes, length);
    }
  }

  /**
   * A byte that is not UTF-8: as {@code \xff} in text; JSON has only the code point of the same
   * number.
   */
  private void foreign(byte b) {
    put('\\');
    put(json ? 'u' : 'x');
    hex(b & 0xff, json ? 4 : 2);
  }

  private void hex(int value, int atLeast) {
    int shift = 12;
    while (shift > 4 * (atLeast - 1) && value >>> shift == 0) {
      shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
      put((char) HEX[value >>> shift & 15]);
    }
  }

  private void number(long value) {
    int count = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      count++;
    }
    digits(value, count);
  }

  private void digits(long value, int count) {
    room(count);
    long rest = value;
    for (int i = length + count - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }

  private void put(char c) {
    room(1);
    bytes[length++] = (byte) c;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
