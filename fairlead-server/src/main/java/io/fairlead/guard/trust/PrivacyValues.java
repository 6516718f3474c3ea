// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.trust;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;

/**
 * What the Privacy headers of a message ask for (RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §7.2), as
 * bits.
 */
public final class PrivacyValues {
  /** Anonymise what the sender says of himself. */
  public static final int USER = 1;

  /** Hide the ways to the sender. */
  public static final int HEADER = 2;

  /** Hide where the media is. */
  public static final int SESSION = 4;

  /** Refuse rather than do less. */
  public static final int CRITICAL = 8;

  /** Keep the asserted identity within the trust domain. */
  public static final int ID = 16;

  /** Keep the history within it. */
  public static final int HISTORY = 32;

  /** Nothing is to be hidden. */
  public static final int NONE = 64;

  private static final byte[][] WORDS = {
    word("user"),
    word("header"),
    word("session"),
    word("critical"),
    word("id"),
    word("history"),
    word("none")
  };

  private PrivacyValues() {}

  private static byte[] word(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** What they ask for; 0 when there is none, or nothing known. */
  public static int of(SipMessage m) {
    int values = 0;
    for (int i = m.first(HeaderName.PRIVACY); i >= 0; i = m.next(HeaderName.PRIVACY, i)) {
      values |= of(m.bytes(), m.valueStart(i), m.valueEnd(i));
    }
    return values;
  }

  private static int of(byte[] bytes, int from, int to) {
    int values = 0;
    int at = from;
    while (at < to) {
      int end = at;
      while (end < to && Ascii.isToken(bytes[end])) {
        end++;
      }
      values |= bit(bytes, at, end);
      at = Math.max(end, at + 1);
    }
    return values;
  }

  private static int bit(byte[] bytes, int from, int to) {
    for (int i = 0; i < WORDS.length; i++) {
      if (Ascii.equalsLower(bytes, from, to, WORDS[i])) {
        return 1 << i;
      }
    }
    return 0;
  }

  /** Appends the words of some bits, as the value of the header. */
  static void write(SipWriter out, int values) {
    boolean first = true;
    for (int i = 0; i < WORDS.length; i++) {
      if ((values & 1 << i) != 0) {
        out.put(first ? "" : ";").put(WORDS[i]);
        first = false;
      }
    }
  }
}
