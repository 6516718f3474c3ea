// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import java.nio.charset.StandardCharsets;

/**
 * The cause that a telephone network gave, in a Reason header (RFC 3326 §2); and that which
 * FreeSWITCH gives beyond Q.850, under the protocol SIP though it is no status. Immutable.
 */
final class Q850Cause {
  private static final byte[] PROTOCOL = ascii("q.850");
  private static final byte[] SIP = ascii("sip");
  private static final int HIGHEST = 127;
  private static final int HIGHEST_SIP = 9999;
  private static final byte[] CAUSE = ascii("cause");

  private Q850Cause() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The cause, 1 to 127; 0 when the message says none, or not in a way that can be read. */
  static int cause(SipMessage m) {
    return cause(m, PROTOCOL, HIGHEST);
  }

  /** The cause of protocol SIP: a status, or one of FreeSWITCH's own above 700; 0 for none. */
  static int sipCause(SipMessage m) {
    return cause(m, SIP, HIGHEST_SIP);
  }

  private static int cause(SipMessage m, byte[] protocol, int highest) {
    for (int i = m.first(HeaderName.REASON); i >= 0; i = m.next(HeaderName.REASON, i)) {
      int at = m.valueStart(i);
      int end = m.valueEnd(i);
      while (at < end) {
        int until = until(m.bytes(), at, end, ',');
        int cause =
            is(m.bytes(), at, until(m.bytes(), at, until, ';'), protocol)
                ? cause(m.bytes(), at, until, highest)
                : 0;
        if (cause > 0) {
          return cause;
        }
        at = until + 1;
      }
    }
    return 0;
  }

  // The parameters behind the protocol.
  private static int cause(byte[] bytes, int from, int to, int highest) {
    int at = until(bytes, from, to, ';');
    while (at < to) {
      int next = until(bytes, at + 1, to, ';');
      int equals = until(bytes, at + 1, next, '=');
      if (equals < next && is(bytes, at + 1, equals, CAUSE)) {
        return number(bytes, equals + 1, next, highest);
      }
      at = next;
    }
    return 0;
  }

  // The next such byte outside quotes, or the end.
  private static int until(byte[] bytes, int from, int to, char stop) {
    boolean quoted = false;
    for (int i = from; i < to; i++) {
      if (quoted && bytes[i] == '\\') {
        i++;
      } else if (bytes[i] == '"') {
        quoted = !quoted;
      } else if (!quoted && bytes[i] == stop) {
        return i;
      }
    }
    return to;
  }

  private static boolean is(byte[] bytes, int from, int to, byte[] lower) {
    int begin = Ascii.skipLws(bytes, from, to);
    return Ascii.equalsLower(bytes, begin, trimmed(bytes, begin, to), lower);
  }

  private static int trimmed(byte[] bytes, int from, int to) {
    int end = to;
    while (end > from && bytes[end - 1] <= ' ') {
      end--;
    }
    return end;
  }

  private static int number(byte[] bytes, int from, int to, int highest) {
    int begin = Ascii.skipLws(bytes, from, to);
    int end = trimmed(bytes, begin, to);
    int number = 0;
    for (int i = begin; i < end; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9 || number > highest) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return number > highest ? 0 : number;
  }
}
