// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;

/**
 * Writes why a branch is cancelled (RFC 3326), as header lines for the CANCEL. A phone that is not
 * told that another one took the call shows a missed call.
 *
 * <p>Each value has a line of its own, SIP's first: JsSIP reads a line with two values as none, and
 * of several lines the first. Who is cancelled because nobody answered in time is told nothing: he
 * has missed the call.
 *
 * <p>Immutable.
 */
final class CancelReason {
  /** A 2xx came by another branch (§3.1). */
  static final String ELSEWHERE = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n";

  // A CANCEL that does not fit its datagram ends nothing, so what the caller wrote has a bound.
  private static final int MAX_LENGTH = 256;
  private static final String SIP = "SIP";

  private CancelReason() {}

  /** Another branch has refused for all. */
  static String declined(int status) {
    return "Reason: SIP;cause=" + status + "\r\n";
  }

  /** What the caller's own CANCEL says; empty when that is nothing. */
  static String passedOn(SipRequest cancel) {
    StringBuilder sip = new StringBuilder();
    StringBuilder others = new StringBuilder();
    int i = cancel.first(HeaderName.REASON);
    for (; i >= 0; i = cancel.next(HeaderName.REASON, i)) {
      String values = Ascii.text(cancel.bytes(), cancel.valueStart(i), cancel.valueEnd(i));
      for (int from = 0; from < values.length(); ) {
        int end = end(values, from);
        String value = values.substring(from, end).replace('\r', ' ').replace('\n', ' ').strip();
        put(isSip(value) ? sip : others, value);
        from = end + 1;
      }
    }
    return (sip.length() + others.length() > MAX_LENGTH ? sip : sip.append(others)).toString();
  }

  private static void put(StringBuilder lines, String value) {
    if (!value.isEmpty() && lines.length() + value.length() <= MAX_LENGTH) {
      lines.append("Reason: ").append(value).append("\r\n");
    }
  }

  // The comma behind the value, or the end; quotes that do not match last to the end.
  private static int end(String values, int from) {
    boolean quoted = false;
    for (int i = from; i < values.length(); i++) {
      char c = values.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\') {
        i++;
      } else if (!quoted && c == ',') {
        return i;
      }
    }
    return values.length();
  }

  private static boolean isSip(String value) {
    return value.regionMatches(true, 0, SIP, 0, SIP.length())
        && (value.length() == SIP.length() || "; \t".indexOf(value.charAt(SIP.length())) >= 0);
  }
}
