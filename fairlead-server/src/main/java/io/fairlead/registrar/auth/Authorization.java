// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.sip.Ascii;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a digest challenge as a phone wrote it (RFC 3261 §20.7, RFC 7616 §3.4), read in
 * place. Strict where two readers could see two things: a field given twice, quotes that do not
 * end, a number that is none. Fields that are not known are passed over.
 *
 * <p>Owned by one loop.
 */
final class Authorization {
  /** The fields that matter. */
  enum Field {
    USERNAME,
    REALM,
    NONCE,
    URI,
    RESPONSE,
    ALGORITHM,
    CNONCE,
    QOP,
    NC;

    final byte[] lower = name().toLowerCase(java.util.Locale.ROOT).getBytes(US_ASCII);
  }

  /** Longer than any phone writes, short enough that nobody can make us hash for long. */
  private static final int LONGEST = 4096;

  private static final int LONGEST_FIELD = 1024;
  private static final int MOST_FIELDS = 32;
  private static final Field[] FIELDS = Field.values();
  private static final byte[] DIGEST = "digest".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  private final int[] from = new int[FIELDS.length];
  private final int[] to = new int[FIELDS.length];
  private byte[] bytes = NOTHING;
  private boolean digest;
  private int valueFrom;
  private int valueTo;

  /**
   * Reads a header's value.
   *
   * @return what is wrong, or null; with a scheme other than Digest nothing is read
   */
  @Nullable String parse(byte[] source, int start, int end) {
    bytes = source;
    java.util.Arrays.fill(from, -1);
    int i = Ascii.skipLws(bytes, start, end);
    int schemeTo = token(i, end);
    digest = Ascii.equalsLower(bytes, i, schemeTo, DIGEST);
    if (!digest) {
      return schemeTo == i ? "Bad Authorization" : null;
    }
    if (end - start > LONGEST) {
      return "Authorization Too Long";
    }
    int at = Ascii.skipLws(bytes, schemeTo, end);
    if (at == schemeTo) {
      return "Bad Authorization";
    }
    return fields(at, end);
  }

  private @Nullable String fields(int start, int end) {
    int i = start;
    for (int count = 0; count < MOST_FIELDS; count++) {
      int nameTo = token(i, end);
      int equals = Ascii.skipLws(bytes, nameTo, end);
      if (nameTo == i || equals == end || bytes[equals] != '=') {
        return "Bad Authorization";
      }
      int after = value(Ascii.skipLws(bytes, equals + 1, end), end);
      if (after < 0) {
        return "Bad Authorization";
      }
      if (valueTo - valueFrom > LONGEST_FIELD) {
        return "Authorization Too Long";
      }
      if (!remember(i, nameTo)) {
        return "Repeated Field In Authorization";
      }
      i = Ascii.skipLws(bytes, after, end);
      if (i == end) {
        return null;
      }
      if (bytes[i] != ',') {
        return "Bad Authorization";
      }
      i = Ascii.skipLws(bytes, i + 1, end);
    }
    return "Authorization Too Long";
  }

  // Behind the value, or -1; its range without quotes in valueFrom and valueTo.
  private int value(int start, int end) {
    if (start == end || bytes[start] != '"') {
      valueFrom = start;
      valueTo = token(start, end);
      return valueTo == start ? -1 : valueTo;
    }
    for (int i = start + 1; i < end; i++) {
      byte b = bytes[i];
      if (b == '"') {
        valueFrom = start + 1;
        valueTo = i;
        return i + 1;
      }
      if (b >= 0 && b < ' ' && b != '\t') {
        return -1;
      }
      if (b == '\\' && (++i == end || bytes[i] >= 0 && bytes[i] < ' ')) {
        return -1;
      }
    }
    return -1;
  }

  private boolean remember(int nameFrom, int nameTo) {
    for (Field field : FIELDS) {
      if (Ascii.equalsLower(bytes, nameFrom, nameTo, field.lower)) {
        int f = field.ordinal();
        boolean first = from[f] < 0;
        from[f] = valueFrom;
        to[f] = valueTo;
        return first;
      }
    }
    return true;
  }

  private int token(int start, int end) {
    int i = start;
    while (i < end && Ascii.isToken(bytes[i])) {
      i++;
    }
    return i;
  }

  /** True when the scheme is Digest. */
  boolean isDigest() {
    return digest;
  }

  /** The bytes it was read from. */
  byte[] bytes() {
    return bytes;
  }

  /** True when the field is there. */
  boolean has(Field field) {
    return from[field.ordinal()] >= 0;
  }

  /** Where a field that is there begins, without its quotes. */
  int from(Field field) {
    return from[field.ordinal()];
  }

  /** Where it ends. */
  int to(Field field) {
    return to[field.ordinal()];
  }

  /** Its length in bytes. */
  int length(Field field) {
    return to(field) - from(field);
  }

  /** True when a field is there and is these bytes. */
  boolean is(Field field, byte[] wanted) {
    return has(field) && Ascii.equals(bytes, from(field), to(field), wanted, 0, wanted.length);
  }

  /** True when a field is there and is these bytes in any case of letters. */
  boolean isLower(Field field, byte[] lower) {
    return has(field) && Ascii.equalsLower(bytes, from(field), to(field), lower);
  }

  /** A field as text, its escapes resolved; for one that is there. */
  String text(Field field) {
    int f = from(field);
    int t = to(field);
    if (Ascii.indexOf(bytes, f, t, '\\') < 0) {
      return Ascii.text(bytes, f, t);
    }
    byte[] plain = new byte[t - f];
    int length = 0;
    for (int i = f; i < t; i++) {
      i += bytes[i] == '\\' ? 1 : 0;
      plain[length++] = bytes[i];
    }
    return Ascii.text(plain, 0, length);
  }

  /** The nonce count: eight hexadecimal digits as a number, or -1 when it is none. */
  long count() {
    return has(Field.NC) && length(Field.NC) == 8 ? Hex.number(bytes, from(Field.NC), 8) : -1;
  }
}
