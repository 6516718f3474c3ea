// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.guard.identity.certificate.CertificateJudge;
import io.fairlead.guard.identity.certificate.TrustAnchors;
import io.fairlead.transport.tls.BadCertificateException;
import io.fairlead.transport.tls.Pem;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the files that STIR/SHAKEN names. */
public final class IdentityChecks {
  /**
   * What was found. Immutable.
   *
   * @param path the key, below that of STIR/SHAKEN
   * @param words what it is, the file first
   */
  public record Found(String path, String words) {}

  private IdentityChecks() {}

  /** Reads all of them. */
  public static List<Found> of(StirShakenSettings settings) {
    List<Found> found = new ArrayList<>();
    VerificationSettings verify = settings.verify();
    if (verify != null) {
      check(found, ".verify.trust-anchors", () -> TrustAnchors.read(verify.trustAnchors()));
      Path authorities = verify.certificates().authorities();
      if (authorities != null) {
        check(found, ".verify.certificates.authorities", () -> Pem.certificates(authorities));
      }
    }
    SigningSettings sign = settings.sign();
    if (sign != null) {
      check(found, ".sign.key", () -> signingKey(sign.key()));
    }
    return found;
  }

  private static void check(List<Found> found, String path, Runnable reads) {
    try {
      reads.run();
    } catch (BadCertificateException e) {
      found.add(new Found(path, String.valueOf(e.getMessage())));
    }
  }

  /**
   * The key that signs.
   *
   * @throws BadCertificateException when it cannot be used for ES256
   */
  static PrivateKey signingKey(Path file) {
    PrivateKey key = Pem.key(file);
    if (key instanceof ECPrivateKey elliptic && CertificateJudge.isP256(elliptic)) {
      return key;
    }
    throw new BadCertificateException(file, "the key is not of the curve P-256");
  }
}
