// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Finds out whether one of some texts is within a header's value, in upper or lower case. The
 * letters with which they begin are looked up, so that a value with none of them costs a look per
 * byte. Immutable.
 */
final class ScannerAgents {
  private final byte[][] texts;
  private final int[] beginning = new int[256];

  /**
   * @param agents no more than 32
   */
  ScannerAgents(List<String> agents) {
    this.texts =
        agents.stream()
            .map(agent -> agent.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    for (int i = 0; i < texts.length; i++) {
      int first = texts[i][0] & 0xff;
      beginning[first] |= 1 << i;
      beginning[Character.toUpperCase(first) & 0xff] |= 1 << i;
    }
  }

  boolean isEmpty() {
    return texts.length == 0;
  }

  /** The number of the first text that is in the range, or -1. */
  int in(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      for (int left = beginning[bytes[at] & 0xff]; left != 0; left &= left - 1) {
        int one = Integer.numberOfTrailingZeros(left);
        if (begins(bytes, at, to, texts[one])) {
          return one;
        }
      }
    }
    return -1;
  }

  private static boolean begins(byte[] bytes, int at, int to, byte[] text) {
    if (to - at < text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      byte b = bytes[at + i];
      int lower = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
      if (lower != text[i]) {
        return false;
      }
    }
    return true;
  }
}
