// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A word of the grammar of at most eight bytes, such as {@code branch}, that a message is compared
 * with at once and in any case of letters (RFC 3261 §7.3.1). Immutable.
 *
 * @param lower the bytes in lower case, the first lowest
 * @param caseBits the bits by which capitals differ
 */
record ShortKeyword(int length, long lower, long caseBits) {
  static ShortKeyword of(String text) {
    byte[] lower = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    long caseBits = 0;
    for (int i = lower.length - 1; i >= 0; i--) {
      caseBits = caseBits << 8 | (lower[i] >= 'a' && lower[i] <= 'z' ? 0x20 : 0);
    }
    return new ShortKeyword(lower.length, Ascii.head(lower, 0, lower.length), caseBits);
  }

  /** True when the range is this word. */
  boolean is(byte[] bytes, int from, int to) {
    return to - from == length && begins(bytes, from);
  }

  /** True when these are the next bytes, which must lie within the array. */
  boolean begins(byte[] bytes, int from) {
    return matches(Ascii.head(bytes, from, length));
  }

  /** True when a {@link Ascii#head} of the same length is this word. */
  boolean matches(long head) {
    return ((head ^ lower) & ~caseBits) == 0;
  }
}
