// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The hash of a certificate, {@code sha-256 12:DF:...} (RFC 8122 §5). Immutable.
 *
 * @param hash the hash function in lower case, {@code sha-256}
 * @param value the hash in capital hexadecimal digits with colons
 */
public record Fingerprint(String hash, String value) {
  // SHA-512, three characters for each byte but the last.
  private static final int LONGEST = 64 * 3 - 1;

  /** The value of an a=fingerprint line, or null when it is none. */
  public static @Nullable Fingerprint read(byte[] bytes, int from, int to) {
    int hashTo = LineWords.end(bytes, from, to);
    int value = Ascii.skipLws(bytes, hashTo, to);
    if (hashTo == from || to - value > LONGEST || (to - value) % 3 != 2) {
      return null;
    }
    for (int i = value; i < to; i++) {
      boolean colon = (i - value) % 3 == 2;
      if (colon ? bytes[i] != ':' : Character.digit(bytes[i], 16) < 0) {
        return null;
      }
    }
    return new Fingerprint(
        Ascii.text(bytes, from, hashTo).toLowerCase(Locale.ROOT),
        Ascii.text(bytes, value, to).toUpperCase(Locale.ROOT));
  }
}
