// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The headers the proxy looks at, with their compact forms (RFC 3261 §7.3.3 and the IANA registry).
 * All others are {@link #OTHER} and pass untouched. Immutable.
 */
public enum HeaderName {
  VIA("Via", 'v'),
  FROM("From", 'f'),
  TO("To", 't'),
  CALL_ID("Call-ID", 'i'),
  CSEQ("CSeq"),
  CONTACT("Contact", 'm'),
  MAX_FORWARDS("Max-Forwards"),
  CONTENT_LENGTH("Content-Length", 'l'),
  CONTENT_TYPE("Content-Type", 'c'),
  ROUTE("Route"),
  RECORD_ROUTE("Record-Route"),
  PROXY_REQUIRE("Proxy-Require"),
  PROXY_AUTHORIZATION("Proxy-Authorization"),
  AUTHORIZATION("Authorization"),
  PROXY_AUTHENTICATE("Proxy-Authenticate"),
  WWW_AUTHENTICATE("WWW-Authenticate"),
  REQUIRE("Require"),
  SUPPORTED("Supported", 'k'),
  EXPIRES("Expires"),
  SESSION_EXPIRES("Session-Expires", 'x'),
  RETRY_AFTER("Retry-After"),
  REASON("Reason"),
  PATH("Path"),
  USER_AGENT("User-Agent"),
  SERVER("Server"),
  TIMESTAMP("Timestamp"),
  EVENT("Event", 'o'),
  REFER_TO("Refer-To", 'r'),
  REPLACES("Replaces"),
  JOIN("Join"),
  TARGET_DIALOG("Target-Dialog"),
  ALLOW("Allow"),
  UNSUPPORTED("Unsupported"),
  MAX_BREADTH("Max-Breadth"),
  RACK("RAck"),
  RSEQ("RSeq"),
  WARNING("Warning"),
  SUBJECT("Subject", 's'),
  CONTENT_ENCODING("Content-Encoding", 'e'),
  ALLOW_EVENTS("Allow-Events", 'u'),
  REFERRED_BY("Referred-By", 'b'),
  ACCEPT_CONTACT("Accept-Contact", 'a'),
  REJECT_CONTACT("Reject-Contact", 'j'),
  REQUEST_DISPOSITION("Request-Disposition", 'd'),
  IDENTITY("Identity", 'y'),
  P_ASSERTED_IDENTITY("P-Asserted-Identity"),
  P_PREFERRED_IDENTITY("P-Preferred-Identity"),
  PRIVACY("Privacy"),
  SERVICE_ROUTE("Service-Route"),
  IN_REPLY_TO("In-Reply-To"),
  X_AUTH_IP("X-AUTH-IP"),
  X_AUTH_PORT("X-AUTH-PORT"),
  OTHER("");

  private static final HeaderName[] VALUES = values();

  /** The ordinal of {@link #OTHER}. */
  static final int NONE = VALUES.length - 1;

  // What a lookup reads lies close together and not in the names themselves, so that it costs few
  // cache lines: by slot or compact form the ordinal, by ordinal the length and the key.
  private static final byte[] SLOTS = new byte[256];
  private static final byte[] COMPACT = new byte[256];
  private static final byte[] LENGTHS = new byte[VALUES.length];
  private static final long[] KEYS = new long[VALUES.length * 4];

  // The bit by which a small letter differs from a capital.
  private static final long CASE = 0x2020202020202020L;

  private final String text;
  private final char compact;
  private final byte[] middle;

  static {
    Arrays.fill(SLOTS, (byte) NONE);
    Arrays.fill(COMPACT, (byte) NONE);
    for (HeaderName name : VALUES) {
      if (name != OTHER) {
        name.enter();
      }
    }
  }

  HeaderName(String text) {
    this(text, (char) 0);
  }

  HeaderName(String text, char compact) {
    this.text = text;
    this.compact = compact;
    String inner = text.length() > 16 ? text.substring(8, text.length() - 8) : "";
    this.middle = inner.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
  }

  private void enter() {
    int length = text.length();
    ShortKeyword head = ShortKeyword.of(text.substring(0, Math.min(8, length)));
    ShortKeyword tail = ShortKeyword.of(text.substring(Math.max(0, length - 8)));
    LENGTHS[ordinal()] = (byte) length;
    KEYS[ordinal() * 4] = head.lower();
    KEYS[ordinal() * 4 + 1] = ~head.caseBits();
    KEYS[ordinal() * 4 + 2] = tail.lower();
    KEYS[ordinal() * 4 + 3] = ~tail.caseBits();
    int slot = slot(head.lower() | CASE, length);
    while (SLOTS[slot] != NONE) {
      slot = (slot + 1) & 255;
    }
    SLOTS[slot] = (byte) ordinal();
    if (compact != 0) {
      COMPACT[compact] = (byte) ordinal();
      COMPACT[Character.toUpperCase(compact)] = (byte) ordinal();
    }
  }

  /** The long form. */
  public String text() {
    return text;
  }

  /** The name standing in the bytes, long or compact, in any case. */
  static HeaderName of(byte[] bytes, int from, int to) {
    return VALUES[ordinal(bytes, from, to)];
  }

  static HeaderName of(int ordinal) {
    return VALUES[ordinal];
  }

  /** The ordinal of the name standing in the bytes. */
  static int ordinal(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length <= 1) {
      return length == 1 ? COMPACT[bytes[from] & 0xff] : NONE;
    }
    long head = Ascii.head(bytes, from, length);
    int slot = slot(head | CASE, length);
    int ordinal = SLOTS[slot];
    while (ordinal != NONE) {
      int key = ordinal * 4;
      if (LENGTHS[ordinal] == length
          && ((head ^ KEYS[key]) & KEYS[key + 1]) == 0
          && (length <= 8 || sameTail(ordinal, bytes, to))) {
        return ordinal;
      }
      slot = (slot + 1) & 255;
      ordinal = SLOTS[slot];
    }
    return NONE;
  }

  // The last eight bytes, and what a name of more than sixteen has before them.
  private static boolean sameTail(int ordinal, byte[] bytes, int to) {
    int key = ordinal * 4 + 2;
    if (((Ascii.word(bytes, to - 8) ^ KEYS[key]) & KEYS[key + 1]) != 0) {
      return false;
    }
    int length = LENGTHS[ordinal];
    return length <= 16
        || Ascii.equalsLower(bytes, to - length + 8, to - 8, VALUES[ordinal].middle);
  }

  private static int slot(long head, int length) {
    return (int) ((head + length) * 0x9E3779B97F4A7C15L >>> 56);
  }
}
