// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What proves a user: H(username:realm:password) per algorithm (RFC 7616 §3.4.2), each as the bytes
 * of lower-case hexadecimal digits, since that is what goes into the next hash. The arrays are not
 * to be changed. Immutable.
 *
 * @param md5 32 digits, or null when not known
 * @param sha256 64 digits, or null when not known
 */
public record Credentials(byte @Nullable [] md5, byte @Nullable [] sha256) {
  /** Credentials that nobody has: what an unknown user's answer is compared with. */
  public static Credentials nobody() {
    return ofPassword(
        new UserQuery("", "", "", false), Long.toHexString(new SecureRandom().nextLong()));
  }

  /** Both hashes of a password. */
  public static Credentials ofPassword(UserQuery account, String password) {
    String secret = account.username() + ":" + account.realm() + ":" + password;
    return new Credentials(
        hash(DigestAlgorithm.MD5, secret), hash(DigestAlgorithm.SHA_256, secret));
  }

  /**
   * From what a source has: a hash where it is given, else of the password.
   *
   * @return null when nothing usable is given
   */
  public static @Nullable Credentials of(
      UserQuery account, @Nullable String ha1, @Nullable String sha256, @Nullable String password) {
    Credentials made =
        password == null || password.isEmpty()
            ? new Credentials(null, null)
            : ofPassword(account, password);
    byte[] md5 = ha1 == null || ha1.isBlank() ? made.md5() : hex(ha1, DigestAlgorithm.MD5);
    byte[] sha =
        sha256 == null || sha256.isBlank() ? made.sha256() : hex(sha256, DigestAlgorithm.SHA_256);
    return md5 == null && sha == null ? null : new Credentials(md5, sha);
  }

  /** The hash for an algorithm, or null. */
  public byte @Nullable [] ha1(DigestAlgorithm algorithm) {
    return switch (algorithm) {
      case MD5 -> md5;
      case SHA_256 -> sha256;
    };
  }

  /** The digits of a hash as stored somewhere, or null when it is none. */
  static byte @Nullable [] hex(String text, DigestAlgorithm algorithm) {
    String digits = text.strip().toLowerCase(Locale.ROOT);
    boolean right =
        digits.length() == 2 * algorithm.bytes() && digits.chars().allMatch(HexFormat::isHexDigit);
    return right ? digits.getBytes(StandardCharsets.US_ASCII) : null;
  }

  private static byte[] hash(DigestAlgorithm algorithm, String secret) {
    byte[] hash = algorithm.digest().digest(secret.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "(credentials)";
  }
}
