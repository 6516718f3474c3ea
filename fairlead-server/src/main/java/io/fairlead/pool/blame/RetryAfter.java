// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.blame;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;

/** Reads Retry-After (RFC 3261 §20.33). Immutable. */
final class RetryAfter {
  private static final int MAX_SECONDS = 7 * 24 * 3600;

  private RetryAfter() {}

  /** The number it begins with; 0 when there is none or it cannot be read. */
  static int seconds(SipResponse response) {
    int i = response.first(HeaderName.RETRY_AFTER);
    if (i < 0) {
      return 0;
    }
    byte[] bytes = response.bytes();
    int from = response.valueStart(i);
    int to = from;
    while (to < response.valueEnd(i) && bytes[to] >= '0' && bytes[to] <= '9') {
      to++;
    }
    return (int) Math.max(0, Ascii.number(bytes, from, to, MAX_SECONDS));
  }
}
