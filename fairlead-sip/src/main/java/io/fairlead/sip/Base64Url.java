// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes as text in 64 characters that need no escape in a user part, a parameter or a Call-ID (RFC
 * 4648 §5), without padding. Immutable.
 */
public final class Base64Url {
  private static final byte[] ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < ALPHABET.length; i++) {
      VALUES[ALPHABET[i]] = (byte) i;
    }
  }

  private Base64Url() {}

  /** Appends the text of the first bytes of an array. */
  public static void encode(SipWriter out, byte[] bytes, int length) {
    int at = 0;
    for (; at + 3 <= length; at += 3) {
      int three = (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] & 0xff;
      put(out, three >>> 18);
      put(out, three >>> 12);
      put(out, three >>> 6);
      put(out, three);
    }
    if (length - at == 1) {
      put(out, (bytes[at] & 0xff) >>> 2);
      put(out, bytes[at] << 4);
    } else if (length - at == 2) {
      int two = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
      put(out, two >>> 10);
      put(out, two >>> 4);
      put(out, two << 2);
    }
  }

  private static void put(SipWriter out, int value) {
    out.put((char) ALPHABET[value & 63]);
  }

  /** How many bytes a text of that length stands for. */
  public static int decoded(int length) {
    return length * 6 / 8;
  }

  /**
   * Reads text.
   *
   * @param out takes {@link #decoded} bytes
   * @return false when it is none, or is not written in the one way that bytes have
   */
  public static boolean decode(byte[] text, int from, int to, byte[] out) {
    int bits = 0;
    int held = 0;
    int at = 0;
    for (int i = from; i < to; i++) {
      int value = text[i] < 0 ? -1 : VALUES[text[i]];
      if (value < 0) {
        return false;
      }
      held = held << 6 | value;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out[at++] = (byte) (held >>> bits);
      }
    }
    // The bits left over must be zero, or two texts would mean the same.
    return bits < 6 && (held & (1 << bits) - 1) == 0;
  }
}
