// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A sip or sips URI (RFC 3261 §19.1; RFC 5954 for IPv6). Offsets are positions in the bytes parsed;
 * equal offsets mean that a part is absent.
 *
 * <p>Owned by one loop.
 */
public final class SipUri {
  /** What the scheme says. */
  public enum Scheme {
    SIP,
    SIPS,
    /** tel, urn, mailto and all others: only the scheme was read. */
    OTHER
  }

  private static final ShortKeyword SIP = ShortKeyword.of("sip");
  private static final ShortKeyword SIPS = ShortKeyword.of("sips");

  /** {@code ;lr}: the proxy at this URI routes loosely (RFC 3261 §16.4). */
  public static final byte[] LR = "lr".getBytes(StandardCharsets.US_ASCII);

  /** {@code ;transport=}. */
  public static final byte[] TRANSPORT = "transport".getBytes(StandardCharsets.US_ASCII);

  /** {@code ;maddr=}. */
  public static final byte[] MADDR = "maddr".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = {};
  private Scheme scheme = Scheme.OTHER;
  private int from;
  private int to;
  private int userFrom;
  private int userTo;
  private int hostFrom;
  private int hostTo;
  private int port;
  private int paramsFrom;
  private int headersFrom;
  private int valueFrom;
  private int valueTo;

  /**
   * Reads a URI.
   *
   * @return false when it breaks the grammar; a URI of another scheme is read only so far as to
   *     know that
   */
  public boolean parse(byte[] source, int start, int until) {
    clear(source, start, until);
    int colon = Ascii.run(bytes, start, until, Ascii.SCHEME);
    if (colon == start || colon == until || bytes[colon] != ':') {
      return false;
    }
    if (SIP.is(bytes, start, colon)) {
      scheme = Scheme.SIP;
    } else if (SIPS.is(bytes, start, colon)) {
      scheme = Scheme.SIPS;
    } else {
      return Ascii.longRun(bytes, colon + 1, to, Ascii.URI) == to;
    }
    int host = user(colon + 1);
    return host >= 0 && hostPort(host);
  }

  void clear(byte[] source, int start, int until) {
    bytes = source;
    from = start;
    to = until;
    userFrom = userTo = hostFrom = hostTo = paramsFrom = headersFrom = until;
    valueFrom = valueTo = until;
    port = -1;
    scheme = Scheme.OTHER;
  }

  // The start of the host, or -1.
  private int user(int start) {
    int at = Ascii.run(bytes, start, to, Ascii.USER);
    if (at == to) {
      userFrom = userTo = start;
      return start;
    }
    if (bytes[at] != '@') {
      return -1;
    }
    int colon = Ascii.indexOf(bytes, start, at, ':');
    userFrom = start;
    userTo = colon < 0 ? at : colon;
    return userTo > userFrom ? at + 1 : -1;
  }

  private boolean hostPort(int start) {
    hostFrom = start;
    hostTo = hostEnd(bytes, start, to);
    if (hostTo <= start) {
      return false;
    }
    int i = hostTo;
    if (i < to && bytes[i] == ':') {
      int portFrom = i + 1;
      i = Ascii.digits(bytes, portFrom, to);
      port = (int) Ascii.number(bytes, portFrom, i, 65535);
      if (port <= 0) {
        return false;
      }
    }
    paramsFrom = i;
    if (i < to && bytes[i] != ';' && bytes[i] != '?') {
      return false;
    }
    headersFrom = Ascii.longRun(bytes, i, to, Ascii.URI_PARAMS);
    return headersFrom == to
        || (bytes[headersFrom] == '?' && Ascii.longRun(bytes, headersFrom, to, Ascii.URI) == to);
  }

  /** Behind a host: a name, IPv4, or IPv6 in brackets. Gives {@code from} when there is none. */
  static int hostEnd(byte[] bytes, int from, int to) {
    int i = from;
    if (i < to && bytes[i] == '[') {
      i++;
      int colons = 0;
      while (i < to && (bytes[i] == ':' || bytes[i] == '.' || isHex(bytes[i]))) {
        if (bytes[i] == ':') {
          colons++;
        }
        i++;
      }
      return i < to && bytes[i] == ']' && colons >= 2 ? i + 1 : from;
    }
    return Ascii.run(bytes, i, to, Ascii.HOST);
  }

  private static boolean isHex(byte b) {
    return Ascii.isDigit(b) || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f');
  }

  /** The bytes it was read from. */
  public byte[] bytes() {
    return bytes;
  }

  /** The scheme. */
  public Scheme scheme() {
    return scheme;
  }

  /** True for sip and sips, the schemes a SIP proxy can route. */
  public boolean isSip() {
    return scheme != Scheme.OTHER;
  }

  /** Where the URI begins. */
  public int from() {
    return from;
  }

  /** Where the URI ends. */
  public int to() {
    return to;
  }

  /** True when there is a user part. */
  public boolean hasUser() {
    return userTo > userFrom;
  }

  /** Where the user begins. */
  public int userFrom() {
    return userFrom;
  }

  /** Where the user ends, password excluded. */
  public int userTo() {
    return userTo;
  }

  /** The user with its escapes resolved. */
  public String user() {
    return unescape(bytes, userFrom, userTo);
  }

  /** Where the host begins. */
  public int hostFrom() {
    return hostFrom;
  }

  /** Where the host ends, brackets of IPv6 included. */
  public int hostTo() {
    return hostTo;
  }

  /** The host as written. */
  public String host() {
    return Ascii.text(bytes, hostFrom, hostTo);
  }

  /** The port, or -1. */
  public int port() {
    return port;
  }

  /** Where {@code ;params} begin. */
  public int paramsFrom() {
    return paramsFrom;
  }

  /** Where {@code ?headers} begin; equal to {@link #to()} when there are none. */
  public int headersFrom() {
    return headersFrom;
  }

  /** True when it has {@code ?headers}. */
  public boolean hasHeaders() {
    return headersFrom < to;
  }

  /**
   * Looks for a parameter; {@link #paramFrom()} and {@link #paramTo()} then bound its value.
   *
   * @param name in lower case
   */
  public boolean hasParam(byte[] name) {
    int i = paramsFrom;
    while (i < headersFrom) {
      int nameFrom = i + 1;
      int until = Ascii.indexOf(bytes, nameFrom, headersFrom, ';');
      until = until < 0 ? headersFrom : until;
      int equals = Ascii.indexOf(bytes, nameFrom, until, '=');
      int nameTo = equals < 0 ? until : equals;
      if (Ascii.equalsLower(bytes, nameFrom, nameTo, name)) {
        valueFrom = equals < 0 ? until : equals + 1;
        valueTo = until;
        return true;
      }
      i = until;
    }
    return false;
  }

  /** Where the value of the parameter found last begins. */
  public int paramFrom() {
    return valueFrom;
  }

  /** Where the value of the parameter found last ends. */
  public int paramTo() {
    return valueTo;
  }

  /** The value of a parameter, or empty. */
  public String param(byte[] name) {
    return hasParam(name) ? Ascii.text(bytes, valueFrom, valueTo) : "";
  }

  @Override
  public String toString() {
    return Ascii.text(bytes, from, to);
  }

  /** Text with {@code %hh} escapes resolved (RFC 3261 §19.1.2); a broken escape stays as it is. */
  public static String unescape(byte[] bytes, int from, int to) {
    if (Ascii.indexOf(bytes, from, to, '%') < 0) {
      return Ascii.text(bytes, from, to);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      if (bytes[i] == '%' && i + 2 < to && isHex(bytes[i + 1]) && isHex(bytes[i + 2])) {
        out.write(Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16));
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
