// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads lines {@code Name: value}. */
final class EslHeaderReader {
  /** The variables of a call are some hundreds at most. */
  static final int MOST = 4096;

  private EslHeaderReader() {}

  /**
   * The headers between two places of a text; of several with one name the first, as FreeSWITCH
   * itself looks them up. Null when a line is none, or there are too many.
   *
   * @param encoded whether values are URL-encoded, as in plain events
   */
  static @Nullable Map<String, String> read(byte[] bytes, int from, int to, boolean encoded) {
    Map<String, String> headers = new HashMap<>();
    int lines = 0;
    for (int at = from; at < to; ) {
      int end = indexOf(bytes, '\n', at, to);
      int colon = indexOf(bytes, ':', at, end);
      if (colon == at || colon == end || ++lines > MOST) {
        return null;
      }
      int value = colon + 1 < end && bytes[colon + 1] == ' ' ? colon + 2 : colon + 1;
      int stop = end > value && bytes[end - 1] == '\r' ? end - 1 : end;
      headers.putIfAbsent(
          new String(bytes, at, colon - at, UTF_8),
          encoded ? decoded(bytes, value, stop) : new String(bytes, value, stop - value, UTF_8));
      at = end + 1;
    }
    return headers;
  }

  // The place of the byte, or `to`.
  private static int indexOf(byte[] bytes, char wanted, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  // FreeSWITCH writes a space as %20, so a + is a +; it leaves alone what is no code.
  private static String decoded(byte[] bytes, int from, int to) {
    byte[] out = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      int high = i + 2 < to && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (low < 0) {
        out[length++] = bytes[i];
      } else {
        out[length++] = (byte) (high << 4 | low);
        i += 2;
      }
    }
    return new String(out, 0, length, UTF_8);
  }
}
