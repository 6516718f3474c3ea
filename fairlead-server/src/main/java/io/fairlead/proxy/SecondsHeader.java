// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;

/**
 * Reads headers that begin with a number of seconds: Session-Expires (RFC 4028 §4), Retry-After
 * (RFC 3261 §20.33). Immutable.
 */
final class SecondsHeader {
  private static final int MAX_SECONDS = 7 * 24 * 3600;

  private SecondsHeader() {}

  /** The number the header begins with, or 0 when there is none or it cannot be read. */
  static int of(SipMessage message, HeaderName name) {
    int i = message.first(name);
    if (i < 0) {
      return 0;
    }
    int from = message.valueStart(i);
    int to = from;
    while (to < message.valueEnd(i) && message.bytes()[to] >= '0' && message.bytes()[to] <= '9') {
      to++;
    }
    return (int) Math.max(0, Ascii.number(message.bytes(), from, to, MAX_SECONDS));
  }
}
