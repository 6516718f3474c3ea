// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;

/** Signatures of a JWS by ES256 (RFC 7518 §3.4): ECDSA over P-256, both numbers side by side. */
public final class Es256 {
  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

  private Es256() {}

  /**
   * The signature in base64url.
   *
   * @param signingInput header and claims in base64url, a dot between
   */
  public static String sign(String signingInput, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(signingInput.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key is of P-256, every Java can use it", e);
    }
  }

  /**
   * True when that key has signed it.
   *
   * @param signingInput header and claims in base64url, a dot between
   * @param base64 the signature in base64url
   */
  public static boolean verifies(String signingInput, String base64, PublicKey key) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(base64);
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(signingInput.getBytes(StandardCharsets.US_ASCII));
      return signature.verify(bytes);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
