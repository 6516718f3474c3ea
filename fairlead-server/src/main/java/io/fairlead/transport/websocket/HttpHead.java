// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP message (RFC 9112): its first line and headers, strictly read.
 *
 * <p>Immutable.
 */
final class HttpHead {
  static final int LONGEST = 8192;
  static final int MOST_HEADERS = 100;

  private static final String NAME_MARKS = "!#$%&'*+-.^_`|~";

  private final String firstLine;
  private final Map<String, String> headers;
  private final int count;

  private HttpHead(String firstLine, Map<String, String> headers, int count) {
    this.firstLine = firstLine;
    this.headers = headers;
    this.count = count;
  }

  /** Where the head ends, behind its empty line; -1 when that has not arrived. */
  static int end(byte[] bytes, int from, int to) {
    for (int i = from + 3; i < to; i++) {
      if (bytes[i] == '\n'
          && bytes[i - 1] == '\r'
          && bytes[i - 2] == '\n'
          && bytes[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  /**
   * The first line as far as it has arrived, with its line break when that is there too; null when
   * it has bytes that no first line has.
   */
  static @Nullable String firstLine(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] >= ' ' && bytes[at] < 0x7f) {
      at++;
    }
    boolean breaks = at == to || bytes[at] == '\r' && (at + 1 == to || bytes[at + 1] == '\n');
    return breaks ? text(bytes, from, Math.min(to, at + 2)) : null;
  }

  /** Reads a whole head, without the empty line; null when it is malformed. */
  static @Nullable HttpHead parse(byte[] bytes, int from, int to) {
    String[] lines = text(bytes, from, to).split("\r\n", -1);
    Map<String, String> headers = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      String line = lines[i];
      int colon = line.indexOf(':');
      if (colon < 1 || !isName(line, colon) || !isValue(line, colon + 1)) {
        return null;
      }
      String value = line.substring(colon + 1).strip();
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b);
    }
    return new HttpHead(lines[0], headers, lines.length - 1);
  }

  String firstLine() {
    return firstLine;
  }

  int count() {
    return count;
  }

  /** All values of a header, comma between them; empty when there is none. */
  String header(String lowerName) {
    return headers.getOrDefault(lowerName, "");
  }

  /** True when a list has that token, whatever its case. */
  boolean hasToken(String lowerName, String token) {
    for (String one : header(lowerName).split(",", -1)) {
      if (one.strip().equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  /** True when a list has that very word. */
  boolean hasWord(String lowerName, String word) {
    for (String one : header(lowerName).split(",", -1)) {
      if (one.strip().equals(word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isName(String line, int to) {
    for (int i = 0; i < to; i++) {
      char c = line.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letter && NAME_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isValue(String line, int from) {
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
