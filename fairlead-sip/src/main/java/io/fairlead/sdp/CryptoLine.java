// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A key for SRTP, {@code 1 AES_CM_128_HMAC_SHA1_80 inline:...|2^20|1:4} (RFC 4568 §9). Its text
 * never shows the key. Immutable.
 *
 * @param tag what the answer names it by, 0 to 999999999
 * @param suite the crypto suite as written
 * @param key key and salt in base64
 * @param lifetime as written, {@code 2^20}; empty when not said
 * @param mki master key identifier and its length as written, {@code 1:4}; empty when not said
 * @param parameters session parameters as written, divided by blanks; empty when there are none
 */
public record CryptoLine(
    int tag, String suite, String key, String lifetime, String mki, String parameters) {
  private static final int MAX_TAG = 999_999_999;
  private static final String INLINE = "inline:";

  /**
   * The value of an a=crypto line.
   *
   * @return null when it is none, or has several keys, which only a master key identifier tells
   *     apart
   */
  public static @Nullable CryptoLine read(byte[] bytes, int from, int to) {
    int tagTo = LineWords.end(bytes, from, to);
    int tag = (int) Ascii.number(bytes, from, tagTo, MAX_TAG);
    int suite = Ascii.skipLws(bytes, tagTo, to);
    int suiteTo = LineWords.end(bytes, suite, to);
    int keys = Ascii.skipLws(bytes, suiteTo, to);
    int keysTo = LineWords.end(bytes, keys, to);
    String text = new String(bytes, keys, keysTo - keys, StandardCharsets.US_ASCII);
    if (tag < 0
        || suite == suiteTo
        || !text.regionMatches(true, 0, INLINE, 0, INLINE.length())
        || text.indexOf(';') >= 0) {
      return null;
    }
    String[] fields = text.substring(INLINE.length()).split("\\|", -1);
    if (fields[0].isEmpty() || fields.length > 3) {
      return null;
    }
    String lifetime = "";
    String mki = "";
    for (int i = 1; i < fields.length; i++) {
      if (fields[i].indexOf(':') >= 0) {
        mki = fields[i];
      } else {
        lifetime = fields[i];
      }
    }
    int parameters = Ascii.skipLws(bytes, keysTo, to);
    return new CryptoLine(
        tag,
        Ascii.text(bytes, suite, suiteTo),
        fields[0],
        lifetime,
        mki,
        Ascii.text(bytes, parameters, to));
  }

  @Override
  public String toString() {
    return tag + " " + suite;
  }
}
