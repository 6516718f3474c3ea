// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A master key with its salt (RFC 3711 §3.2.1). Its text never shows it. Immutable. */
public final class MasterKey {
  private final CryptoSuite suite;
  private final byte[] keyAndSalt;

  private MasterKey(CryptoSuite suite, byte[] keyAndSalt) {
    this.suite = suite;
    this.keyAndSalt = keyAndSalt;
  }

  /** A new one. */
  public static MasterKey random(CryptoSuite suite, SecureRandom random) {
    byte[] bytes = new byte[suite.keyLength() + suite.saltLength()];
    random.nextBytes(bytes);
    return new MasterKey(suite, bytes);
  }

  /**
   * The one in an {@code inline:} of a=crypto, key and salt in base64 (RFC 4568 §6.1).
   *
   * @return null when that is no base64, or has another length than the suite needs
   */
  public static @Nullable MasterKey read(CryptoSuite suite, String base64) {
    try {
      return of(suite, Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Key and salt, one behind the other; null when the length does not fit. */
  static @Nullable MasterKey of(CryptoSuite suite, byte[] keyAndSalt) {
    return keyAndSalt.length == suite.keyLength() + suite.saltLength()
        ? new MasterKey(suite, keyAndSalt.clone())
        : null;
  }

  /** As it stands behind {@code inline:}. */
  public String base64() {
    return Base64.getEncoder().encodeToString(keyAndSalt);
  }

  /** What it is for. */
  public CryptoSuite suite() {
    return suite;
  }

  byte[] key() {
    return Arrays.copyOf(keyAndSalt, suite.keyLength());
  }

  byte[] salt() {
    return Arrays.copyOfRange(keyAndSalt, suite.keyLength(), keyAndSalt.length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MasterKey key
        && suite == key.suite
        && MessageDigest.isEqual(keyAndSalt, key.keyAndSalt);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(keyAndSalt);
  }

  @Override
  public String toString() {
    return suite + " key";
  }
}
