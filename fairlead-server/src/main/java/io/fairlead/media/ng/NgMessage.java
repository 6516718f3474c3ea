// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipWriter;
import org.jspecify.annotations.Nullable;

/**
 * One datagram of the ng protocol, {@code cookie SP payload}. Immutable.
 *
 * @param cookie what joins an answer to its request
 * @param json true for JSON, false for bencoding; an answer has that of its request
 * @param body the payload; null when it cannot be read
 */
record NgMessage(String cookie, boolean json, @Nullable NgDictionary body) {
  private static final int LONGEST_COOKIE = 255;

  /** Reads one; null when it has no cookie, so that nobody could make use of an answer. */
  static @Nullable NgMessage read(byte[] bytes, int from, int to) {
    int blank = Ascii.indexOf(bytes, from, Math.min(to, from + LONGEST_COOKIE + 1), ' ');
    if (blank <= from) {
      return null;
    }
    for (int i = from; i < blank; i++) {
      if (bytes[i] < ' ' || bytes[i] > '~') {
        return null;
      }
    }
    int begin = blank + 1;
    boolean json = begin < to && bytes[begin] == '{';
    NgDictionary body = json ? NgJson.read(bytes, begin, to) : Bencode.read(bytes, begin, to);
    return new NgMessage(Bencode.latin(bytes, from, blank), json, body);
  }

  /** As it goes out. */
  static byte[] write(String cookie, boolean json, NgDictionary body) {
    SipWriter out = new SipWriter(1024);
    out.put(cookie).put(' ');
    payload(json, body, out);
    return out.copy();
  }

  /** The payload alone. */
  static void payload(boolean json, NgDictionary body, SipWriter out) {
    if (json) {
      NgJson.write(body, out);
    } else {
      Bencode.write(body, out);
    }
  }
}
