// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The algorithms of a digest that are spoken (RFC 8760 §2), the weakest first. Immutable. */
public enum DigestAlgorithm {
  MD5("MD5", 16),
  SHA_256("SHA-256", 32);

  private final String text;
  private final byte[] lower;
  private final int bytes;

  DigestAlgorithm(String text, int bytes) {
    this.text = text;
    this.lower = text.toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    this.bytes = bytes;
  }

  /** Its name in headers, which is also the JDK's. */
  public String text() {
    return text;
  }

  /** The name's bytes in lower case; not to be changed. */
  public byte[] lower() {
    return lower;
  }

  /** Length of a hash in bytes. */
  public int bytes() {
    return bytes;
  }

  /** A new calculator of this hash. */
  public MessageDigest digest() {
    try {
      return MessageDigest.getInstance(text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + text, e);
    }
  }
}
