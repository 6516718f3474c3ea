// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.trust;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What Privacy headers ask for (RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §7.2); several are a number
 * with a bit for each. Immutable.
 */
public enum PrivacyValue {
  /** Anonymise what the sender says of himself. */
  USER,
  /** Hide the ways to the sender. */
  HEADER,
  /** Hide where the media is. */
  SESSION,
  /** Refuse rather than do less. */
  CRITICAL,
  /** Keep the asserted identity within the trust domain. */
  ID,
  /** Keep the history within it. */
  HISTORY,
  /** Hide nothing. */
  NONE;

  private static final PrivacyValue[] VALUES = values();

  private final byte[] word = name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);

  /** Its bit. */
  public int bit() {
    return 1 << ordinal();
  }

  /** Whether it is one of several. */
  public boolean in(int several) {
    return (several & bit()) != 0;
  }

  /** What a message asks for; 0 when it asks for nothing, or nothing known. */
  public static int of(SipMessage m) {
    int several = 0;
    for (int i = m.first(HeaderName.PRIVACY); i >= 0; i = m.next(HeaderName.PRIVACY, i)) {
      several |= of(m.bytes(), m.valueStart(i), m.valueEnd(i));
    }
    return several;
  }

  private static int of(byte[] bytes, int from, int to) {
    int several = 0;
    int at = from;
    while (at < to) {
      int end = at;
      while (end < to && Ascii.isToken(bytes[end])) {
        end++;
      }
      for (PrivacyValue each : VALUES) {
        several |= Ascii.equalsLower(bytes, at, end, each.word) ? each.bit() : 0;
      }
      at = Math.max(end, at + 1);
    }
    return several;
  }

  /** Appends several as the value of the header. */
  static void write(SipWriter out, int several) {
    boolean first = true;
    for (PrivacyValue each : VALUES) {
      if (each.in(several)) {
        out.put(first ? "" : ";").put(each.word);
        first = false;
      }
    }
  }
}
