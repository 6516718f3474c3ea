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
  private static final long FOURTEENS = 0x0e * ONES;

  /** Token characters. */
  static final int TOKEN = 1;

  /** Host name and IPv4 characters. */
  static final int HOST = 2;

  /** Userinfo as peers really send it: a few more than RFC 3261 allows, none that ends a URI. */
  static final int USER = 4;

  /** Linear white space including the CR and LF of a folded line, which the parser has checked. */
  static final int LWS = 8;

  /** Scheme characters. */
  static final int SCHEME = 16;

  /**
   * Parameter values without quotes: also colons, brackets, equals signs, which peers put there.
   */
  static final int VALUE = 32;

  /** What may stand in a URI within angle brackets. */
  static final int URI = 64;

  /** What may stand in a URI without angle brackets, which ends before header parameters. */
  static final int BARE_URI = 128;

  /** Parameters of a URI, up to its headers. */
  static final int URI_PARAMS = 256;

  /** A display name without quotes, in practice with any letters. */
  static final int DISPLAY_NAME = 512;

  /** Call-ID characters: any that can be seen, more than RFC 3261 allows. */
  static final int CALL_ID = 1024;

  private static final short[] CLASS = new short[256];

  static {
    for (int c = 0; c < 256; c++) {
      boolean alphanumeric = c < 128 && Character.isLetterOrDigit(c);
      boolean lws = " \t\r\n".indexOf(c) >= 0;
      boolean visible = c > ' ' && c != 127 && c != '<' && c != '>';
      int bits = 0;
      bits |= alphanumeric || "-.!%*_+`'~".indexOf(c) >= 0 ? TOKEN : 0;
      bits |= alphanumeric || "-._".indexOf(c) >= 0 ? HOST : 0;
      bits |=
          alphanumeric || c >= 128 || "-_.!~*'()&=+$,;?/%:#[]{}|^\"`\\".indexOf(c) >= 0 ? USER : 0;
      bits |= lws ? LWS : 0;
      bits |= alphanumeric || "+-.".indexOf(c) >= 0 ? SCHEME : 0;
      bits |= visible && ";,\"".indexOf(c) < 0 ? VALUE : 0;
      bits |= visible ? URI : 0;
      bits |= visible && ";,?\"".indexOf(c) < 0 ? BARE_URI : 0;
      bits |= visible && "?\"".indexOf(c) < 0 ? URI_PARAMS : 0;
      bits |= (bits & (TOKEN | LWS)) != 0 || c >= 128 ? DISPLAY_NAME : 0;
      bits |= c > ' ' && c != 127 ? CALL_ID : 0;
      CLASS[c] = (short) bits;
    }
  }

  private Ascii() {}

  /** Behind the run of bytes of that class which begins at from. */
  static int run(byte[] bytes, int from, int to, int wanted) {
    int i = from;
    while (i < to && (CLASS[bytes[i] & 0xff] & wanted) != 0) {
      i++;
    }
    return i;
  }

  /**
   * The same for long runs of {@link #CALL_ID}, {@link #VALUE}, {@link #URI}, {@link #BARE_URI} or
   * {@link #URI_PARAMS}: eight bytes at a time.
   */
  static int longRun(byte[] bytes, int from, int to, int wanted) {
    int i = from;
    while (i < to) {
      if (i + 8 <= bytes.length) {
        long signs = signs((long) LONG.get(bytes, i));
        if (signs == 0) {
          i += 8;
          continue;
        }
        i += Long.numberOfTrailingZeros(signs) >>> 3;
        if (i >= to) {
          break;
        }
      }
      if ((CLASS[bytes[i] & 0xff] & wanted) == 0) {
        return i;
      }
      i++;
    }
    return Math.min(i, to);
  }

  // The lowest bit set marks the first byte that may end a long run: what stands before the hyphen
  // in ASCII, the semicolon, what differs from the question mark in the lowest two bits only, DEL.
  private static long signs(long word) {
    long low = (word - '-' * ONES) & ~word;
    return (low
            | zeroes(word ^ ';' * ONES)
            | zeroes((word | 3 * ONES) ^ '?' * ONES)
            | zeroes(word ^ 0x7f * ONES))
        & HIGHS;
  }

  // The lowest of the high bits set marks the first zero byte.
  private static long zeroes(long word) {
    return (word - ONES) & ~word;
  }

  /** Behind the digits that begin at from. */
  static int digits(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && isDigit(bytes[i])) {
      i++;
    }
    return i;
  }

  /** RFC 3261 token characters. */
  public static boolean isToken(byte b) {
    return (CLASS[b & 0xff] & TOKEN) != 0;
  }

  /** True when the range is a non-empty token. */
  public static boolean isToken(byte[] bytes, int from, int to) {
    return from < to && run(bytes, from, to, TOKEN) == to;
  }

  /**
   * True when the text may become the value of a header: without control characters it cannot
   * become two.
   */
  public static boolean isOneLine(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  static boolean isLws(byte b) {
    return b <= ' ' && (b == ' ' || b == '\t' || b == '\r' || b == '\n');
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
    while (i + 8 <= to) {
      long word = (long) LONG.get(bytes, i);
      // The lowest bit set marks a byte below 14, which text rarely has except at its line breaks.
      long low = (word - FOURTEENS) & ~word & HIGHS;
      if (low == 0) {
        i += 8;
        continue;
      }
      i += Long.numberOfTrailingZeros(low) >>> 3;
      if (isBreak(bytes[i])) {
        return i;
      }
      i++;
    }
    while (i < to && !isBreak(bytes[i])) {
      i++;
    }
    return i;
  }

  private static boolean isBreak(byte b) {
    return b == '\n' || b == '\r' || b == 0;
  }

  /** Eight bytes as they stand, the first lowest. */
  static long word(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /** The first eight bytes of a range, the first lowest, zeroes behind a shorter one. */
  static long head(byte[] bytes, int from, int length) {
    if (from + 8 <= bytes.length) {
      long word = (long) LONG.get(bytes, from);
      return length >= 8 ? word : word & (1L << 8 * length) - 1;
    }
    long word = 0;
    for (int i = Math.min(length, 8) - 1; i >= 0; i--) {
      word = word << 8 | bytes[from + i] & 0xff;
    }
    return word;
  }

  /** The first such byte in the range, else -1. Eight bytes at a time. */
  public static int indexOf(byte[] bytes, int from, int to, char wanted) {
    int i = from;
    while (i + 8 <= to) {
      long found = zeroes((long) LONG.get(bytes, i) ^ wanted * ONES) & HIGHS;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
      i += 8;
    }
    while (i < to && bytes[i] != wanted) {
      i++;
    }
    return i < to ? i : -1;
  }

  /** Compares with lower-case ASCII letters and signs, ignoring the case of the range. */
  public static boolean equalsLower(byte[] bytes, int from, int to, byte[] lower) {
    if (to - from != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if (lower(bytes[from + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  /** Compares two ranges, ignoring the case of letters. */
  public static boolean equalsAnyCase(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    if (aTo - aFrom != bTo - bFrom) {
      return false;
    }
    for (int i = 0; i < aTo - aFrom; i++) {
      if (lower(a[aFrom + i]) != lower(b[bFrom + i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
  }

  /** A quick hash that is the same whatever the case of letters. */
  public static long hashAnyCase(long seed, byte[] bytes, int from, int to) {
    long hash = seed ^ to - from;
    for (int i = from; i < to; i++) {
      hash = mixed(hash ^ lower(bytes[i]) & 0xff);
    }
    return hash;
  }

  /**
   * A quick hash of a range, to tell texts apart. Whoever chooses the text can make two collide.
   *
   * @param seed the hash of what stands before, so that hashes can be chained
   */
  public static long hash(long seed, byte[] bytes, int from, int to) {
    long hash = seed ^ to - from;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      hash = mixed(hash ^ word(bytes, i));
    }
    long rest = 0;
    for (; i < to; i++) {
      rest = rest << 8 | bytes[i] & 0xff;
    }
    return mixed(hash ^ rest);
  }

  private static long mixed(long n) {
    long m = n * 0x9E3779B97F4A7C15L;
    return m ^ m >>> 29;
  }

  /** Compares two ranges byte for byte. */
  public static boolean equals(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int length = aTo - aFrom;
    if (length != bTo - bFrom) {
      return false;
    }
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      if ((long) LONG.get(a, aFrom + i) != (long) LONG.get(b, bFrom + i)) {
        return false;
      }
    }
    return head(a, aFrom + i, length - i) == head(b, bFrom + i, length - i);
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

  /** Writes eight hexadecimal digits. */
  static void hex(byte[] bytes, int at, int bits) {
    // One digit to each byte, the highest lowest; then those above nine to the letters.
    long n = Integer.reverseBytes(bits) & 0xffffffffL;
    n = (n | n << 16) & 0x0000ffff0000ffffL;
    n = (n | n << 8) & 0x00ff00ff00ff00ffL;
    n = (n >>> 4 | n << 8) & 0x0f * ONES;
    long letters = n + 6 * ONES >>> 4 & ONES;
    LONG.set(bytes, at, n + '0' * ONES + letters * ('a' - '0' - 10));
  }

  /** The range as text; for logs and cold paths. */
  public static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
