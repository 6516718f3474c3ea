// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
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

  // The bit by which a small letter differs from a capital.
  private static final long CASE = 0x2020202020202020L;

  private final String text;
  private final char compact;
  private final int length;
  private final Word head;
  private final Word tail;
  private final byte[] middle;

  static {
    Arrays.fill(COMPACT, OTHER);
    for (HeaderName name : VALUES) {
      if (name != OTHER) {
        int slot = slot(name.head.lower() | CASE, name.length);
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
    this.length = text.length();
    this.head = Word.of(text.substring(0, Math.min(8, length)));
    this.tail = Word.of(text.substring(Math.max(0, length - 8)));
    this.middle =
        (length > 16 ? text.substring(8, length - 8) : "")
            .toLowerCase(Locale.ROOT)
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** The long form. */
  public String text() {
    return text;
  }

  /** The name standing in the bytes, long or compact, in any case. */
  static HeaderName of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length <= 1) {
      return length == 1 ? COMPACT[bytes[from] & 0xff] : OTHER;
    }
    long head = Ascii.head(bytes, from, length);
    int slot = slot(head | CASE, length);
    for (HeaderName name = TABLE[slot]; name != null; name = TABLE[slot]) {
      if (name.length == length
          && name.head.matches(head)
          && (length <= 8 || name.sameTail(bytes, to))) {
        return name;
      }
      slot = (slot + 1) & 255;
    }
    return OTHER;
  }

  static HeaderName of(int ordinal) {
    return VALUES[ordinal];
  }

  // The last eight bytes, and what a name of more than sixteen has before them.
  private boolean sameTail(byte[] bytes, int to) {
    return tail.begins(bytes, to - 8)
        && (length <= 16 || Ascii.equalsLower(bytes, to - length + 8, to - 8, middle));
  }

  private static int slot(long head, int length) {
    return (int) ((head + length) * 0x9E3779B97F4A7C15L >>> 56);
  }
}
