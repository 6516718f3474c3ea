// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import java.nio.charset.StandardCharsets;

/**
 * Where the session description of a message is: its whole body, or one part of a multipart body
 * (RFC 5621 §3, RFC 2046 §5.1). Reused: {@link #find} begins anew.
 *
 * <p>Owned by one loop.
 */
public final class SessionBody {
  /** What was found. */
  public enum Kind {
    /** The message has no body. */
    NONE,
    /** There is a body, but no session description in it. */
    OTHER,
    /** A session description stands in {@link #from()} to {@link #to()}. */
    FOUND,
    /** There may be one, but it cannot be read: encoded, or a multipart body that is broken. */
    UNREADABLE
  }

  /** Parts that are looked at; bodies with more are attachments, not calls. */
  private static final int MAX_PARTS = 16;

  private static final byte[] SDP = ascii("application/sdp");
  private static final byte[] MULTIPART = ascii("multipart/");
  private static final byte[] BOUNDARY = ascii("boundary");
  private static final byte[] IDENTITY = ascii("identity");
  private static final byte[] TYPE = ascii("content-type");
  private static final byte[] SHORT_TYPE = ascii("c");
  private static final byte[] LENGTH = ascii("content-length");
  private static final byte[] SHORT_LENGTH = ascii("l");
  private static final byte[] ENCODING = ascii("content-transfer-encoding");
  private static final byte[] QUOTED = ascii("quoted-printable");
  private static final byte[] BASE64 = ascii("base64");

  private int from;
  private int to;
  private int lengthFrom;
  private int lengthTo;
  private int boundaryFrom;
  private int boundaryTo;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Looks for it; the offsets are positions in the message's bytes. */
  public Kind find(SipMessage message) {
    lengthFrom = -1;
    from = message.bodyStart();
    to = message.end();
    if (from >= to) {
      return Kind.NONE;
    }
    int type = message.first(HeaderName.CONTENT_TYPE);
    if (type < 0) {
      return Kind.OTHER;
    }
    int valueFrom = message.valueStart(type);
    int valueTo = message.valueEnd(type);
    byte[] bytes = message.bytes();
    boolean sdp = isType(bytes, valueFrom, valueTo, SDP);
    if (!sdp && !isMultipart(bytes, valueFrom, valueTo)) {
      return Kind.OTHER;
    }
    int encoding = message.first(HeaderName.CONTENT_ENCODING);
    if (encoding >= 0
        && !Ascii.equalsLower(
            bytes, message.valueStart(encoding), message.valueEnd(encoding), IDENTITY)) {
      return Kind.UNREADABLE;
    }
    return sdp ? Kind.FOUND : parts(bytes, valueFrom, valueTo);
  }

  /** Where the description begins. */
  public int from() {
    return from;
  }

  /** Where it ends. */
  public int to() {
    return to;
  }

  /** Where the value of its part's own Content-Length begins, or -1 when it has none. */
  public int lengthFrom() {
    return lengthFrom;
  }

  /** Where that value ends. */
  public int lengthTo() {
    return lengthTo;
  }

  private static boolean isType(byte[] bytes, int begin, int until, byte[] wanted) {
    int end = begin;
    while (end < until && bytes[end] != ';' && bytes[end] > ' ') {
      end++;
    }
    return Ascii.equalsLower(bytes, begin, end, wanted);
  }

  private static boolean isMultipart(byte[] bytes, int begin, int until) {
    return until - begin > MULTIPART.length
        && Ascii.equalsLower(bytes, begin, begin + MULTIPART.length, MULTIPART);
  }

  private Kind parts(byte[] bytes, int typeFrom, int typeTo) {
    int end = to;
    if (!boundary(bytes, typeFrom, typeTo)) {
      return Kind.UNREADABLE;
    }
    int delimiter = delimiter(bytes, from, end);
    for (int i = 0; i < MAX_PARTS && delimiter >= 0; i++) {
      int part = afterDelimiter(bytes, delimiter, end);
      if (part < 0) {
        return Kind.OTHER;
      }
      int next = delimiter(bytes, part, end);
      if (next < 0) {
        return Kind.UNREADABLE;
      }
      Kind kind = part(bytes, part, beforeBreak(bytes, part, next));
      if (kind != Kind.OTHER) {
        return kind;
      }
      delimiter = next;
    }
    return delimiter < 0 ? Kind.UNREADABLE : Kind.OTHER;
  }

  // ;boundary=token or ;boundary="quoted"
  private boolean boundary(byte[] bytes, int begin, int until) {
    boolean quoted = false;
    for (int i = begin; i < until; i++) {
      if (bytes[i] == '"') {
        quoted = !quoted;
      }
      if (quoted || bytes[i] != ';') {
        continue;
      }
      int name = Ascii.skipLws(bytes, i + 1, until);
      int equals = name;
      while (equals < until && Ascii.isToken(bytes[equals])) {
        equals++;
      }
      if (Ascii.equalsLower(bytes, name, equals, BOUNDARY)) {
        int sign = Ascii.skipLws(bytes, equals, until);
        return sign < until
            && bytes[sign] == '='
            && value(bytes, Ascii.skipLws(bytes, sign + 1, until), until);
      }
    }
    return false;
  }

  private boolean value(byte[] bytes, int begin, int until) {
    boolean quoted = begin < until && bytes[begin] == '"';
    boundaryFrom = quoted ? begin + 1 : begin;
    int i = boundaryFrom;
    while (i < until && (quoted ? bytes[i] != '"' : bytes[i] != ';' && bytes[i] > ' ')) {
      i++;
    }
    boundaryTo = i;
    return boundaryTo > boundaryFrom && (!quoted || i < until);
  }

  // Where a line begins that is two hyphens and the boundary, or -1.
  private int delimiter(byte[] bytes, int begin, int until) {
    int length = boundaryTo - boundaryFrom;
    int at = begin;
    while (at >= 0 && at + 2 + length <= until) {
      if (bytes[at] == '-'
          && bytes[at + 1] == '-'
          && Ascii.equals(bytes, at + 2, at + 2 + length, bytes, boundaryFrom, boundaryTo)) {
        return at;
      }
      int feed = Ascii.indexOf(bytes, at, until, '\n');
      at = feed < 0 ? -1 : feed + 1;
    }
    return -1;
  }

  // Where the part behind a delimiter begins; -1 behind the last one, which has two more hyphens.
  private int afterDelimiter(byte[] bytes, int delimiter, int until) {
    int at = delimiter + 2 + boundaryTo - boundaryFrom;
    boolean last = at + 1 < until && bytes[at] == '-' && bytes[at + 1] == '-';
    int feed = Ascii.indexOf(bytes, at, until, '\n');
    return last || feed < 0 ? -1 : feed + 1;
  }

  // The line break before a delimiter belongs to the delimiter.
  private static int beforeBreak(byte[] bytes, int begin, int delimiter) {
    int end = delimiter;
    if (end > begin && bytes[end - 1] == '\n') {
      end--;
    }
    return end > begin && bytes[end - 1] == '\r' ? end - 1 : end;
  }

  private Kind part(byte[] bytes, int begin, int until) {
    boolean sdp = false;
    boolean encoded = false;
    lengthFrom = -1;
    int at = begin;
    while (at < until) {
      int feed = Ascii.indexOf(bytes, at, until, '\n');
      int next = feed < 0 ? until : feed + 1;
      int end = feed < 0 ? until : feed;
      end = end > at && bytes[end - 1] == '\r' ? end - 1 : end;
      if (end == at) {
        at = next;
        break;
      }
      int colon = Ascii.indexOf(bytes, at, end, ':');
      int name = colon < 0 ? end : colon;
      while (name > at && bytes[name - 1] <= ' ') {
        name--;
      }
      int value = colon < 0 ? end : Ascii.skipLws(bytes, colon + 1, end);
      if (is(bytes, at, name, TYPE, SHORT_TYPE)) {
        sdp = isType(bytes, value, end, SDP);
      } else if (is(bytes, at, name, LENGTH, SHORT_LENGTH)) {
        lengthFrom = value;
        lengthTo = end;
      } else if (is(bytes, at, name, ENCODING, ENCODING)) {
        encoded = isType(bytes, value, end, QUOTED) || isType(bytes, value, end, BASE64);
      }
      at = next;
    }
    from = at;
    to = until;
    return !sdp ? Kind.OTHER : encoded ? Kind.UNREADABLE : Kind.FOUND;
  }

  private static boolean is(byte[] bytes, int begin, int until, byte[] name, byte[] shortForm) {
    return Ascii.equalsLower(bytes, begin, until, name)
        || Ascii.equalsLower(bytes, begin, until, shortForm);
  }
}
