// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The headers the proxy looks at, with their compact forms (RFC 3261 §7.3.3 and the IANA registry). All others are {@link
 * #OTHER} and pass untouched. Immutable.
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
  X_AUTH_IP("X-AUTH-IP"),
  X_AUTH_PORT("X-AUTH-PORT"),
  OTHER("");

  private static final HeaderName[] VALUES = values();
  private static final @Nullable HeaderName[] TABLE = new HeaderName[256];
  private static final HeaderName[] COMPACT = new HeaderName[256];

  private final String text;
  private final char compact;
  private final byte[] lower;

  static {
    java.util.Arrays.fill(COMPACT, OTHER);
    for (HeaderName name : VALUES) {
      if (name != OTHER) {
        int slot = hash(name.lower, 0, name.lower.length);
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
  }

  /** The long form. */
  public String text() {
    return text;
  }

  /** The name standing in the bytes, long or compact, in any case. */
  static HeaderName of(byte[] bytes, int from, int to) {
    if (to - from == 1) {
      return COMPACT[bytes[from] & 0xff];
    }
    int slot = hash(bytes, from, to);
    for (HeaderName name = TABLE[slot]; name != null; name = TABLE[slot]) {
      if (Ascii.equalsLower(bytes, from, to, name.lower)) {
        return name;
      }
      slot = (slot + 1) & 255;
    }
    return OTHER;
  }

  static HeaderName of(int ordinal) {
    return VALUES[ordinal];
  }

  private static int hash(byte[] bytes, int from, int to) {
    int first = bytes[from] | 0x20;
    int middle = bytes[(from + to) >>> 1] | 0x20;
    int last = bytes[to - 1] | 0x20;
    return (first * 37 + middle * 11 + last * 5 + (to - from) * 3) & 255;
  }
}
