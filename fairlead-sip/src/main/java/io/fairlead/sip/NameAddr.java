// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import org.jspecify.annotations.Nullable;

/**
 * A name-addr or addr-spec with header parameters: From, To, Contact, Route, Record-Route, Path
 * (RFC 3261 §20.10, RFC 8217). Reads one element of a comma-separated list. Offsets are positions
 * in the bytes parsed.
 *
 * <p>Owned by one loop.
 */
public final class NameAddr {
  private static final ShortKeyword TAG = ShortKeyword.of("tag");

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
    uriFrom = brackets ? open + 1 : i;
    int colon = Ascii.run(bytes, uriFrom, to, Ascii.SCHEME);
    if (colon == uriFrom || colon == to || bytes[colon] != ':') {
      return false;
    }
    uriTo = Ascii.longRun(bytes, colon + 1, to, brackets ? Ascii.URI : Ascii.BARE_URI);
    if (uriTo == colon + 1) {
      return false;
    }
    if (!brackets) {
      return params(uriTo, to);
    }
    return uriTo < to && bytes[uriTo] == '>' && params(uriTo + 1, to);
  }

  // The position of '<', -1 for a bare addr-spec, -2 for a broken display name.
  private int displayNameEnd(int from, int to) {
    int i = from;
    if (i < to && bytes[i] == '"') {
      i = quotedEnd(bytes, i, to);
      i = i < 0 ? -1 : Ascii.skipLws(bytes, i, to);
      return i >= 0 && i < to && bytes[i] == '<' ? i : -2;
    }
    i = Ascii.run(bytes, i, to, Ascii.DISPLAY_NAME);
    if (i < to && bytes[i] == '<') {
      return i;
    }
    return i < to && bytes[i] == '"' ? -2 : -1;
  }

  private boolean params(int from, int to) {
    int i = Ascii.skipLws(bytes, from, to);
    paramsFrom = i;
    end = from;
    while (i < to && bytes[i] == ';') {
      int nameFrom = Ascii.skipLws(bytes, i + 1, to);
      int nameTo = Ascii.run(bytes, nameFrom, to, Ascii.TOKEN);
      if (nameTo == nameFrom) {
        return false;
      }
      int valueFrom = nameTo;
      int valueTo = nameTo;
      i = Ascii.skipLws(bytes, nameTo, to);
      if (i < to && bytes[i] == '=') {
        valueFrom = Ascii.skipLws(bytes, i + 1, to);
        valueTo = valueEnd(bytes, valueFrom, to);
        if (valueTo < 0) {
          return false;
        }
        i = Ascii.skipLws(bytes, valueTo, to);
      }
      end = valueTo;
      if (TAG.is(bytes, nameFrom, nameTo) && !tag(valueFrom, valueTo)) {
        return false;
      }
    }
    return i == to || bytes[i] == ',';
  }

  // Twice a tag, or one without value: two readers would see two dialogs.
  private boolean tag(int valueFrom, int valueTo) {
    boolean first = tagFrom < 0 && valueTo > valueFrom;
    tagFrom = valueFrom;
    tagTo = valueTo;
    return first;
  }

  /** Behind the parameter value that begins at from, or -1 when its quotes do not match. */
  static int valueEnd(byte[] bytes, int from, int to) {
    return from < to && bytes[from] == '"'
        ? quotedEnd(bytes, from, to)
        : Ascii.longRun(bytes, from, to, Ascii.VALUE);
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
    return nextElement(bytes, end, to);
  }

  static int nextElement(byte[] bytes, int end, int to) {
    int comma = Ascii.skipLws(bytes, end, to);
    return comma < to && bytes[comma] == ',' ? Ascii.skipLws(bytes, comma + 1, to) : -1;
  }
}
