// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

/** UTF-8 (RFC 3629) one character at a time, without allocation. Immutable. */
final class Utf8Decoder {
  private Utf8Decoder() {}

  /** The code point that begins at i, or -1 when the bytes there are not UTF-8. */
  static int codePoint(byte[] bytes, int i, int to) {
    int lead = bytes[i];
    if (lead >= 0) {
      return lead;
    }
    int more = lead >> 5 == -2 ? 1 : lead >> 4 == -2 ? 2 : lead >> 3 == -2 ? 3 : 0;
    if (more == 0 || i + more >= to) {
      return -1;
    }
    int c = lead & (0x3f >> more);
    for (int j = i + 1; j <= i + more; j++) {
      if ((bytes[j] & 0xc0) != 0x80) {
        return -1;
      }
      c = c << 6 | bytes[j] & 0x3f;
    }
    boolean surrogate = c >= 0xd800 && c <= 0xdfff;
    return c > 0x10ffff || surrogate || length(c) != more + 1 ? -1 : c;
  }

  /** How many bytes the code point takes. */
  static int length(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }

  /**
   * Writes the code point and tells where it ends; half a surrogate pair becomes a question mark.
   */
  static int put(int c, byte[] bytes, int at) {
    if (c >= 0xd800 && c <= 0xdfff) {
      bytes[at] = '?';
      return at + 1;
    }
    int n = length(c);
    if (n == 1) {
      bytes[at] = (byte) c;
      return at + 1;
    }
    int rest = c;
    for (int i = at + n - 1; i > at; i--) {
      bytes[i] = (byte) (0x80 | rest & 0x3f);
      rest >>= 6;
    }
    bytes[at] = (byte) (0xf00 >> n | rest);
    return at + n;
  }

  /** True for what may break a line, steer a terminal or reverse the order of what is read. */
  static boolean unsafe(int c) {
    return c < 0x20
        || c >= 0x7f && c <= 0x9f
        || c >= 0x2028 && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }
}
