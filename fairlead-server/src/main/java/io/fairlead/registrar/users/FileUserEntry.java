// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.Secret;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import org.jspecify.annotations.Nullable;

/**
 * One user of the file. Immutable.
 *
 * @param password the password itself
 * @param ha1 MD5 of {@code user:realm:password}
 * @param ha1Sha256 SHA-256 of the same
 */
public record FileUserEntry(
    @Setting(
            shortForm = true,
            doc = "The password, or `file:` and the name of a file that holds it.")
        @Nullable Secret password,
    @Setting(
            key = "ha1",
            doc = "MD5 of user:realm:password in hexadecimal, in place of the password.")
        @Nullable Secret ha1,
    @Setting(
            key = "ha1-sha256",
            doc = "SHA-256 of user:realm:password in hexadecimal, in place of the password.")
        @Nullable Secret ha1Sha256) {
  public FileUserEntry {
    if (password == null && ha1 == null && ha1Sha256 == null) {
      throw new IllegalArgumentException("a password, ha1 or ha1-sha256 is needed");
    }
    check("ha1", ha1, DigestAlgorithm.MD5);
    check("ha1-sha256", ha1Sha256, DigestAlgorithm.SHA_256);
  }

  private static void check(String key, @Nullable Secret hash, DigestAlgorithm algorithm) {
    if (hash != null && Credentials.hex(hash.text(), algorithm) == null) {
      throw new SettingException(key, "expected " + 2 * algorithm.bytes() + " hexadecimal digits");
    }
  }

  Credentials credentials(UserQuery account) {
    Credentials made = Credentials.of(account, text(ha1), text(ha1Sha256), text(password));
    if (made == null) {
      throw new IllegalStateException("the entry was checked when it was made");
    }
    return made;
  }

  private static @Nullable String text(@Nullable Secret secret) {
    return secret == null ? null : secret.text();
  }
}
