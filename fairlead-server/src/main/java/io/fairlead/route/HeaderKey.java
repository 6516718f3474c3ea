// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A header by any of its spellings: long, compact, in any case (RFC 3261 §7.3.3). Looking for it
 * allocates nothing. Immutable.
 */
final class HeaderKey {
  /** The compact forms registered with IANA, each followed by its long form. */
  private static final String COMPACT =
      "a Accept-Contact b Referred-By c Content-Type d Request-Disposition e Content-Encoding f"
          + " From i Call-ID j Reject-Contact k Supported l Content-Length m Contact n"
          + " Identity-Info o Event r Refer-To s Subject t To u Allow-Events v Via x"
          + " Session-Expires y Identity";

  private static final String[] PAIRS = COMPACT.split(" ");

  private final String text;
  private final HeaderName known;
  private final byte[] lower;
  private final byte[] compact;

  private HeaderKey(String text, HeaderName known, String compact) {
    this.text = text;
    this.known = known;
    this.lower = ascii(text.toLowerCase(Locale.ROOT));
    this.compact = ascii(compact);
  }

  /** The header of a name as an operator may write it. */
  static HeaderKey of(String name) {
    String text = name;
    String compact = "";
    for (int i = 0; i < PAIRS.length; i += 2) {
      if (PAIRS[i].equalsIgnoreCase(name) || PAIRS[i + 1].equalsIgnoreCase(name)) {
        compact = PAIRS[i];
        text = PAIRS[i + 1];
      }
    }
    for (HeaderName known : HeaderName.values()) {
      if (known.text().equalsIgnoreCase(text)) {
        return new HeaderKey(known.text(), known, compact);
      }
    }
    return new HeaderKey(text, HeaderName.OTHER, compact);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The long form. */
  String text() {
    return text;
  }

  /** The name the parser gives it; OTHER for one it does not know. */
  HeaderName known() {
    return known;
  }

  /** The first header line of this name, or -1. */
  int first(SipMessage message) {
    return skipOthers(message, message.first(known));
  }

  /** The next header line of this name behind the i-th, or -1. */
  int next(SipMessage message, int i) {
    return skipOthers(message, message.next(known, i));
  }

  private int skipOthers(SipMessage message, int from) {
    int i = from;
    while (known == HeaderName.OTHER && i >= 0 && !isNameOf(message, i)) {
      i = message.next(known, i);
    }
    return i;
  }

  private boolean isNameOf(SipMessage message, int i) {
    byte[] bytes = message.bytes();
    int from = message.lineStart(i);
    int to = from;
    while (Ascii.isToken(bytes[to])) {
      to++;
    }
    return Ascii.equalsLower(bytes, from, to, lower)
        || (compact.length > 0 && Ascii.equalsLower(bytes, from, to, compact));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderKey key && key.text.equalsIgnoreCase(text);
  }

  @Override
  public int hashCode() {
    return text.toLowerCase(Locale.ROOT).hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
