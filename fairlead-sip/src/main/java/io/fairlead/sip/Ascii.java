// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Character classes and searches over message bytes (RFC 3261 §25.1). Immutable. */
public final class Ascii {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LFS = ONES * '\n';
  private static final long CRS = ONES * '\r';

  private static final boolean[] TOKEN = set("-.!%*_+`'~", true);
  private static final boolean[] HOST = set("-._", true);
  private static final boolean[] USER = set("-_.!~*'()&=+$,;?/%:#[]{}|^\"`\\", true);

  private Ascii() {}

  /** RFC 3261 token characters. */
  public static boolean isToken(byte b) {
    return b >= 0 && TOKEN[b];
  }

  /** True when the range is a non-empty token. */
  public static boolean isToken(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isToken(bytes[i])) {
        return false;
      }
    }
    return from < to;
  }

  static boolean isHost(byte b) {
    return b >= 0 && HOST[b];
  }

  /** Userinfo as peers really send it: a few characters more than RFC 3261 allows, none that ends a URI. */
  static boolean isUser(byte b) {
    return b < 0 || USER[b];
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Linear white space including the CR and LF of a folded line, which the parser has checked. */
  static boolean isLws(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  /** Behind the white space that begins at {@code from}. */
  public static int skipLws(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && isLws(bytes[i])) {
      i++;
    }
    return i;
  }

  static int trimLws(byte[] bytes, int from, int to) {
    int i = to;
    while (i > from && isLws(bytes[i - 1])) {
      i--;
    }
    return i;
  }

  /** The first CR, LF or NUL at or behind {@code from}, else {@code to}. Eight bytes at a time. */
  static int lineBreak(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long word = (long) LONG.get(bytes, i);
      long hit = zeroes(word ^ LFS) | zeroes(word ^ CRS) | zeroes(word);
      if (hit != 0) {
        return i + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
    }
    for (; i < to; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r' || b == 0) {
        return i;
      }
    }
    return to;
  }

  private static long zeroes(long word) {
    return (word - ONES) & ~word & HIGHS;
  }

  /** The first such byte in the range, else -1. */
  public static int indexOf(byte[] bytes, int from, int to, char wanted) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Compares with lower-case ASCII letters and signs, ignoring the case of the range. */
  public static boolean equalsLower(byte[] bytes, int from, int to, byte[] lower) {
    if (to - from != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      byte b = bytes[from + i];
      if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  /** Compares two ranges byte for byte. */
  public static boolean equals(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    return java.util.Arrays.equals(a, aFrom, aTo, b, bFrom, bTo);
  }

  /**
   * An unsigned number.
   *
   * @param max the largest value accepted
   * @return the number, or -1 when the range is empty, holds anything but digits, or exceeds max
   */
  public static long number(byte[] bytes, int from, int to, long max) {
    if (from >= to) {
      return -1;
    }
    long n = 0;
    for (int i = from; i < to; i++) {
      if (!isDigit(bytes[i])) {
        return -1;
      }
      n = n * 10 + (bytes[i] - '0');
      if (n > max) {
        return -1;
      }
    }
    return n;
  }

  /** The range as text; for logs and cold paths. */
  public static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static boolean[] set(String signs, boolean alphanumeric) {
    boolean[] set = new boolean[128];
    for (int i = 0; i < 128; i++) {
      set[i] = signs.indexOf(i) >= 0 || (alphanumeric && Character.isLetterOrDigit(i));
    }
    return set;
  }
}
