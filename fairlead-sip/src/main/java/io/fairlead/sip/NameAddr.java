// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A name-addr or addr-spec with header parameters: From, To, Contact, Route, Record-Route, Path (RFC 3261 §20.10, RFC
 * 8217). Reads one element of a comma-separated list. Offsets are positions in the bytes parsed.
 *
 * <p>Owned by one loop.
 */
public final class NameAddr {
  private static final byte[] TAG = "tag".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = {};
  private int uriFrom;
  private int uriTo;
  private boolean brackets;
  private int paramsFrom;
  private int end;
  private int tagFrom;
  private int tagTo;

  /**
   * Reads one element.
   *
   * @return false when it breaks the grammar
   */
  public boolean parse(byte[] source, int from, int to) {
    bytes = source;
    tagFrom = -1;
    tagTo = -1;
    int i = Ascii.skipLws(bytes, from, to);
    int open = displayNameEnd(i, to);
    if (open < -1) {
      return false;
    }
    brackets = open >= 0;
    if (brackets) {
      uriFrom = open + 1;
      uriTo = Ascii.indexOf(bytes, uriFrom, to, '>');
      i = uriTo + 1;
    } else {
      uriFrom = i;
      while (i < to && !endsBareUri(bytes[i])) {
        i++;
      }
      uriTo = i;
    }
    return uriTo > uriFrom && cleanUri() && params(i, to);
  }

  // The position of '<', -1 for a bare addr-spec, -2 for a broken display name.
  private int displayNameEnd(int from, int to) {
    int i = from;
    if (i < to && bytes[i] == '"') {
      i = quotedEnd(bytes, i, to);
      i = i < 0 ? -1 : Ascii.skipLws(bytes, i, to);
      return i >= 0 && i < to && bytes[i] == '<' ? i : -2;
    }
    while (i < to && (Ascii.isToken(bytes[i]) || Ascii.isLws(bytes[i]) || bytes[i] < 0)) {
      i++;
    }
    if (i < to && bytes[i] == '<') {
      return i;
    }
    return i < to && bytes[i] == '"' ? -2 : -1;
  }

  private static boolean endsBareUri(byte b) {
    return b == ';' || b == ',' || b == '?' || b == '>' || b == '<' || Ascii.isLws(b);
  }

  private boolean cleanUri() {
    int colon = -1;
    for (int i = uriFrom; i < uriTo; i++) {
      byte b = bytes[i];
      if (Ascii.isLws(b) || b == '<' || (b == '"' && !brackets)) {
        return false;
      }
      if (b == ':' && colon < 0) {
        colon = i;
      }
    }
    return colon > uriFrom;
  }

  private boolean params(int from, int to) {
    int i = Ascii.skipLws(bytes, from, to);
    paramsFrom = i;
    end = from;
    while (i < to && bytes[i] == ';') {
      int nameFrom = Ascii.skipLws(bytes, i + 1, to);
      int nameTo = nameFrom;
      while (nameTo < to && Ascii.isToken(bytes[nameTo])) {
        nameTo++;
      }
      if (nameTo == nameFrom) {
        return false;
      }
      end = nameTo;
      i = Ascii.skipLws(bytes, nameTo, to);
      if (i < to && bytes[i] == '=') {
        int valueFrom = Ascii.skipLws(bytes, i + 1, to);
        int valueTo = paramValueEnd(valueFrom, to);
        if (valueTo < 0) {
          return false;
        }
        if (tagFrom < 0 && Ascii.equalsLower(bytes, nameFrom, nameTo, TAG)) {
          tagFrom = valueFrom;
          tagTo = valueTo;
        }
        end = valueTo;
        i = Ascii.skipLws(bytes, valueTo, to);
      }
    }
    return i == to || bytes[i] == ',';
  }

  private int paramValueEnd(int from, int to) {
    if (from < to && bytes[from] == '"') {
      return quotedEnd(bytes, from, to);
    }
    int i = from;
    while (i < to && bytes[i] != ';' && bytes[i] != ',' && bytes[i] != '"' && !Ascii.isLws(bytes[i])) {
      i++;
    }
    return i;
  }

  /** Behind the closing quote of the quoted-string that begins at from, or -1. */
  static int quotedEnd(byte[] bytes, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (bytes[i] == '\\') {
        i++;
      } else if (bytes[i] == '"') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Where the URI begins, bracket excluded. */
  public int uriFrom() {
    return uriFrom;
  }

  /** Where the URI ends, bracket excluded. */
  public int uriTo() {
    return uriTo;
  }

  /** True when the URI stood in angle brackets. */
  public boolean hasBrackets() {
    return brackets;
  }

  /** Where the header parameters begin. */
  public int paramsFrom() {
    return paramsFrom;
  }

  /** Behind the last parameter of this element. */
  public int end() {
    return end;
  }

  /** Where the tag begins, or -1. */
  public int tagFrom() {
    return tagFrom;
  }

  /** Where the tag ends, or -1. */
  public int tagTo() {
    return tagTo;
  }

  /** The URI as text. */
  public String uri() {
    return Ascii.text(bytes, uriFrom, uriTo);
  }

  /** The tag as text, or null. */
  public @Nullable String tag() {
    return tagFrom < 0 ? null : Ascii.text(bytes, tagFrom, tagTo);
  }

  /** Where the next element of the list begins, or -1 when this was the last. */
  public int nextElement(int to) {
    int comma = Ascii.skipLws(bytes, end, to);
    return comma < to && bytes[comma] == ',' ? Ascii.skipLws(bytes, comma + 1, to) : -1;
  }
}
