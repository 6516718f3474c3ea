// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message as it came, read no further than an answer needs. Each header is taken to stand on one
 * line. Owned by one socket.
 */
final class ReceivedBytes {
  private static final byte[] TAG = RegisterText.bytes(";tag=farm");

  final byte[] bytes = new byte[65536];
  private int length;

  void length(int received) {
    length = received;
  }

  boolean isResponse() {
    return length > 12 && bytes[0] == 'S' && bytes[3] == '/';
  }

  int status() {
    return (bytes[8] - '0') * 100 + (bytes[9] - '0') * 10 + bytes[10] - '0';
  }

  boolean isMethod(String method) {
    for (int i = 0; i < method.length(); i++) {
      if (bytes[i] != method.charAt(i)) {
        return false;
      }
    }
    return bytes[method.length()] == ' ';
  }

  /** The number of the user that the request-URI names, -1 for none of ours. */
  int userOfUri() {
    for (int i = 0; i < length && bytes[i] != '\r'; i++) {
      if (bytes[i] == ':') {
        return number(i + 1);
      }
    }
    return -1;
  }

  /** The number of the user whose REGISTER has this Call-ID, -1 for none of ours. */
  int userOfCallId() {
    for (int line = next(0); line < length; line = next(line)) {
      if (isHeader(line, "call-id", 'i')) {
        int value = line;
        while (bytes[value++] != ':') {}
        while (bytes[value] == ' ') {
          value++;
        }
        return number(value);
      }
    }
    return -1;
  }

  private int number(int at) {
    if (at + RegisterText.WIDTH >= length || bytes[at] != 'u') {
      return -1;
    }
    int number = 0;
    for (int i = at + 1; i <= at + RegisterText.WIDTH; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /**
   * Writes the answer to this request to the beginning of the array.
   *
   * @param rest what follows the headers that are copied, the empty line and a body included
   * @return its length
   */
  int answer(byte[] out, byte[] statusLine, byte[] rest) {
    System.arraycopy(statusLine, 0, out, 0, statusLine.length);
    int at = statusLine.length;
    for (int line = next(0); line < length && bytes[line] != '\r'; line = next(line)) {
      boolean to = isHeader(line, "to", 't');
      if (to || isCopied(line)) {
        int end = next(line) - 2;
        System.arraycopy(bytes, line, out, at, end - line);
        at += end - line;
        if (to && !hasTag(line, end)) {
          System.arraycopy(TAG, 0, out, at, TAG.length);
          at += TAG.length;
        }
        out[at++] = '\r';
        out[at++] = '\n';
      }
    }
    System.arraycopy(rest, 0, out, at, rest.length);
    return at + rest.length;
  }

  private boolean isCopied(int line) {
    return switch (bytes[line] | 0x20) {
      case 'v' -> isHeader(line, "via", 'v');
      case 'f' -> isHeader(line, "from", 'f');
      case 'c', 'i' -> isHeader(line, "call-id", 'i') || isHeader(line, "cseq", '\0');
      case 'r' -> isHeader(line, "record-route", '\0');
      default -> false;
    };
  }

  private boolean hasTag(int line, int end) {
    for (int i = line; i + 4 < end; i++) {
      if (bytes[i] == ';' && bytes[i + 1] == 't' && bytes[i + 2] == 'a' && bytes[i + 3] == 'g') {
        return true;
      }
    }
    return false;
  }

  private boolean isHeader(int line, String name, char compact) {
    if ((bytes[line] | 0x20) == compact && bytes[line + 1] == ':') {
      return true;
    }
    for (int i = 0; i < name.length(); i++) {
      int letter = bytes[line + i];
      if ((letter == '-' ? letter : letter | 0x20) != name.charAt(i)) {
        return false;
      }
    }
    return bytes[line + name.length()] == ':';
  }

  /** The values of the header, in order. */
  List<String> values(String name) {
    List<String> values = new ArrayList<>();
    for (int line = next(0); line < length && bytes[line] != '\r'; line = next(line)) {
      if (isHeader(line, name, '\0')) {
        int from = line + name.length() + 1;
        values.add(
            new String(bytes, from, next(line) - 2 - from, StandardCharsets.ISO_8859_1).strip());
      }
    }
    return values;
  }

  private int next(int from) {
    int i = from;
    while (i < length && bytes[i] != '\n') {
      i++;
    }
    return i + 1;
  }
}
