// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session keys from a master key, once for its whole life: the key derivation rate is 0 (RFC 3711
 * §4.3, RFC 6188 §3, RFC 7714 §11).
 *
 * <p>Owned by one media loop.
 */
final class KeyDerivation {
  /** What a key is for (RFC 3711 §4.3.2): RTP's; RTCP's are three more. */
  enum Label {
    ENCRYPTION,
    AUTHENTICATION,
    SALT
  }

  private static final int RTCP = 3;
  private static final int SALT = 14;
  private static final int LABEL_AT = 7;
  private static final int BLOCK = 16;

  private final Cipher aes;
  private final byte[] salt;

  KeyDerivation(MasterKey master) {
    this.aes = aes(master.key());
    // A salt of 96 bits is followed by zeroes (RFC 7714 §11).
    this.salt = Arrays.copyOf(master.salt(), SALT);
  }

  /** AES that encrypts single blocks with that key. */
  static Cipher aes(byte[] key) {
    try {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES", e);
    }
  }

  /**
   * One of the session keys.
   *
   * @param rtcp for SRTCP
   * @param length in bytes
   */
  byte[] derive(Label label, boolean rtcp, int length) {
    byte[] blocks = new byte[(length + BLOCK - 1) / BLOCK * BLOCK];
    for (int at = 0; at < blocks.length; at += BLOCK) {
      System.arraycopy(salt, 0, blocks, at, SALT);
      blocks[at + LABEL_AT] ^= (byte) (label.ordinal() + (rtcp ? RTCP : 0));
      blocks[at + BLOCK - 1] = (byte) (at / BLOCK);
    }
    return Arrays.copyOf(aes.update(blocks, 0, blocks.length), length);
  }
}
