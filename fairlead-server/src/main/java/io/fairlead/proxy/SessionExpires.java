// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;

/** Reads Session-Expires (RFC 4028 §4). Immutable. */
final class SessionExpires {
  private static final int MAX_SECONDS = 7 * 24 * 3600;

  private SessionExpires() {}

  /** The session interval in seconds, or 0 when there is none or it cannot be read. */
  static int seconds(SipMessage message) {
    int i = message.first(HeaderName.SESSION_EXPIRES);
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
