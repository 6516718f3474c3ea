// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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
  X_AUTH_IP("X-AUTH-IP"),
  X_AUTH_PORT("X-AUTH-PORT"),
  OTHER("");

  private static final HeaderName[] VALUES = values();
  private static final @Nullable HeaderName[] TABLE = new HeaderName[256];
  private static final HeaderName[] COMPACT = new HeaderName[256];

  // Of token characters only letters differ by this bit from another token character.
  private static final long CASE = 0x2020202020202020L;

  private final String text;
  private final char compact;
  private final byte[] lower;
  private final long head;

  static {
    java.util.Arrays.fill(COMPACT, OTHER);
    for (HeaderName name : VALUES) {
      if (name != OTHER) {
        int slot = slot(head(name.lower, 0, name.lower.length), name.lower.length);
        while (TABLE[slot] != null) {
          slot = (slot + 1) & 255;
        }
        TABLE[slot] = name;
        if (name.compact != 0) {
          COMPACT[name.compact] = name;
          COMPACT[Character.toUpperCase(name.compact)] = name;
        }
      }
    }
  }

  HeaderName(String text) {
    this(text, (char) 0);
  }

  HeaderName(String text, char compact) {
    this.text = text;
    this.compact = compact;
    this.lower = text.toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    this.head = head(lower, 0, lower.length);
  }

  /** The long form. */
  public String text() {
    return text;
  }

  /** The name standing in the bytes, a token, long or compact, in any case. */
  static HeaderName of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length <= 1) {
      return length == 1 ? COMPACT[bytes[from] & 0xff] : OTHER;
    }
    long head = head(bytes, from, to);
    int slot = slot(head, length);
    for (HeaderName name = TABLE[slot]; name != null; name = TABLE[slot]) {
      if (name.head == head && name.lower.length == length && name.sameTail(bytes, from)) {
        return name;
      }
      slot = (slot + 1) & 255;
    }
    return OTHER;
  }

  static HeaderName of(int ordinal) {
    return VALUES[ordinal];
  }

  private boolean sameTail(byte[] bytes, int from) {
    for (int i = 8; i < lower.length; i++) {
      if ((bytes[from + i] | 0x20) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  // The first eight bytes in lower case, zeroes behind a shorter name.
  private static long head(byte[] bytes, int from, int to) {
    int length = to - from;
    if (from + 8 <= bytes.length) {
      long word = Ascii.word(bytes, from) | CASE;
      return length >= 8 ? word : word & (1L << 8 * length) - 1;
    }
    long word = 0;
    for (int i = Math.min(length, 8) - 1; i >= 0; i--) {
      word = word << 8 | (bytes[from + i] | 0x20) & 0xff;
    }
    return word;
  }

  private static int slot(long head, int length) {
    return (int) ((head + length) * 0x9E3779B97F4A7C15L >>> 56);
  }
}
