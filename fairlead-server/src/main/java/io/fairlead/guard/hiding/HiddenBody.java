// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Bodies: descriptions of sessions whose media Fairlead relays, fragments of SIP messages,
 * documents and texts, and several of them in one.
 *
 * <p>Owned by one loop.
 */
final class HiddenBody {
  private static final int DEEPEST = 4;
  private static final byte[] TYPE = lower("content-type:");
  private static final byte[] TYPE_SHORT = lower("c:");
  private static final byte[] XML = lower("+xml");
  private static final byte[] CALL_ID = lower("call-id=\"");

  private final HiddenFragment fragments;
  private final HiddenCallIds callIds;

  HiddenBody(HiddenCallIds callIds) {
    this.fragments = new HiddenFragment(callIds);
    this.callIds = callIds;
  }

  private static byte[] lower(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Hides the inside in the body of a message.
   *
   * @return false when it is a text for people
   */
  boolean hide(CrossingMessage x) {
    SipMessage m = x.message();
    int type = m.first(HeaderName.CONTENT_TYPE);
    if (type < 0 || m.has(HeaderName.CONTENT_ENCODING)) {
      return true;
    }
    return part(x, m.valueStart(type), m.valueEnd(type), new Part(m.bodyStart(), m.end()), 0);
  }

  private record Part(int from, int to) {}

  private boolean part(CrossingMessage x, int typeFrom, int typeTo, Part part, int depth) {
    byte[] bytes = x.bytes();
    if (starts(bytes, typeFrom, typeTo, "application/sdp")) {
      HiddenSession.hide(x, part.from, part.to);
    } else if (starts(bytes, typeFrom, typeTo, "message/sip")) {
      fragments.hide(x, part.from, part.to);
    } else if (starts(bytes, typeFrom, typeTo, "multipart/") && depth < DEEPEST) {
      parts(x, Ascii.text(bytes, typeFrom, typeTo), part, depth);
    } else if (isDocument(bytes, typeFrom, typeTo)) {
      InsideTexts.replace(x, part.from, part.to);
      if (x.rules().hidesCallId()) {
        callIds(x, part);
      }
    }
    return !starts(bytes, typeFrom, typeTo, "text/");
  }

  // What programs tell each other. What people write to each other stays as they wrote it.
  private static boolean isDocument(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != ';' && bytes[end] > ' ') {
      end++;
    }
    return end - from > XML.length && Ascii.equalsLower(bytes, end - XML.length, end, XML)
        || starts(bytes, from, to, "application/simple-message-summary");
  }

  private static boolean starts(byte[] bytes, int from, int to, String type) {
    int end = from + type.length();
    return end <= to && Ascii.text(bytes, from, end).toLowerCase(Locale.ROOT).equals(type);
  }

  // RFC 2046 §5.1.1.
  private void parts(CrossingMessage x, String type, Part whole, int depth) {
    String boundary = boundary(type);
    if (boundary == null) {
      return;
    }
    byte[] mark = ("--" + boundary).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = x.bytes();
    int begin = find(bytes, whole.from, whole.to, mark);
    while (begin >= 0) {
      int from = begin + mark.length;
      int end = find(bytes, from, whole.to, mark);
      if (end < 0) {
        return;
      }
      onePart(x, new Part(from, end), depth);
      begin = end;
    }
  }

  private static @Nullable String boundary(String type) {
    int at = type.toLowerCase(Locale.ROOT).indexOf("boundary=");
    if (at < 0) {
      return null;
    }
    String text = type.substring(at + "boundary=".length());
    if (text.startsWith("\"")) {
      int end = text.indexOf('"', 1);
      return end < 0 ? null : text.substring(1, end);
    }
    int end = text.indexOf(';');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  private void onePart(CrossingMessage x, Part part, int depth) {
    byte[] bytes = x.bytes();
    int typeFrom = -1;
    int typeTo = -1;
    int at = part.from;
    // Behind the boundary's own line.
    at = lineEnd(bytes, at, part.to);
    while (at < part.to) {
      int end = lineEnd(bytes, at, part.to);
      int text = textEnd(bytes, at, end);
      if (text == at) {
        Part content = new Part(end, part.to);
        if (typeFrom >= 0) {
          part(x, typeFrom, typeTo, content, depth + 1);
        }
        return;
      }
      int value = value(bytes, at, text);
      if (value >= 0) {
        typeFrom = Ascii.skipLws(bytes, value, text);
        typeTo = text;
      }
      at = end;
    }
  }

  private static int value(byte[] bytes, int from, int to) {
    for (byte[] name : new byte[][] {TYPE, TYPE_SHORT}) {
      if (to - from > name.length && Ascii.equalsLower(bytes, from, from + name.length, name)) {
        return from + name.length;
      }
    }
    return -1;
  }

  // dialog-info (RFC 4235): whoever picks a call up names it by that.
  private void callIds(CrossingMessage x, Part part) {
    byte[] bytes = x.bytes();
    int at = find(bytes, part.from, part.to, CALL_ID);
    while (at >= 0) {
      int from = at + CALL_ID.length;
      int to = from;
      while (to < part.to && bytes[to] != '"') {
        to++;
      }
      callIds.hide(x.edit().replace(from, to), bytes, from, to);
      at = find(bytes, to, part.to, CALL_ID);
    }
  }

  private static int find(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i + wanted.length <= to; i++) {
      if (Ascii.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Behind the line break of the line that begins there. */
  static int lineEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != '\n') {
      i++;
    }
    return Math.min(to, i + 1);
  }

  /** Before the line break of the line that ends there. */
  static int textEnd(byte[] bytes, int from, int end) {
    int i = end;
    while (i > from && (bytes[i - 1] == '\n' || bytes[i - 1] == '\r')) {
      i--;
    }
    return i;
  }
}
