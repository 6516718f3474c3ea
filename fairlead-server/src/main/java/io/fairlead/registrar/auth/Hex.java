// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

/** Hexadecimal digits in bytes, without objects. Immutable. */
final class Hex {
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private Hex() {}

  /** Writes the lower-case digits of a range. */
  static void write(byte[] source, int length, byte[] out, int at) {
    for (int i = 0; i < length; i++) {
      out[at + 2 * i] = DIGITS[source[i] >> 4 & 15];
      out[at + 2 * i + 1] = DIGITS[source[i] & 15];
    }
  }

  /** Writes a number with so many digits. */
  static void write(long number, int digits, byte[] out, int at) {
    for (int i = 0; i < digits; i++) {
      out[at + i] = DIGITS[(int) (number >>> 4 * (digits - 1 - i)) & 15];
    }
  }

  /** The number of so many digits, at most 16; for fewer, -1 when one is no digit. */
  static long number(byte[] bytes, int at, int digits) {
    long number = 0;
    for (int i = 0; i < digits; i++) {
      int digit = digit(bytes[at + i]);
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  /** Reads a range of digits into bytes; false when one is no digit. */
  static boolean read(byte[] bytes, int at, byte[] out, int length) {
    for (int i = 0; i < length; i++) {
      int high = digit(bytes[at + 2 * i]);
      int low = digit(bytes[at + 2 * i + 1]);
      if (high < 0 || low < 0) {
        return false;
      }
      out[i] = (byte) (high << 4 | low);
    }
    return true;
  }

  private static int digit(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int letter = b | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }
}
