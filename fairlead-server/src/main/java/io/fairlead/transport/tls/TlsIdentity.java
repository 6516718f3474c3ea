// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A certificate with the way to its root, and its key. Immutable.
 *
 * @param file where the certificate was read
 * @param chain our certificate, then those that vouch for it
 * @param key its private key
 * @param names for whom it speaks, lower case
 */
public record TlsIdentity(
    Path file, List<X509Certificate> chain, PrivateKey key, List<String> names) {
  private static final byte[] PROBE = {1, 2, 3, 4};

  /**
   * Reads one.
   *
   * @throws BadCertificateException saying what is wrong with which file
   */
  public static TlsIdentity read(CertificateSettings settings) {
    List<X509Certificate> chain = Pem.certificates(settings.cert());
    PrivateKey key = Pem.key(settings.key());
    X509Certificate own = chain.getFirst();
    if (!belong(own, key)) {
      throw new BadCertificateException(
          settings.key(), "the key does not belong to the certificate in " + settings.cert());
    }
    for (int i = 1; i < chain.size(); i++) {
      if (!chain
          .get(i - 1)
          .getIssuerX500Principal()
          .equals(chain.get(i).getSubjectX500Principal())) {
        throw new BadCertificateException(
            settings.cert(),
            "certificate "
                + (i + 1)
                + " in it did not sign the one before; the order is own first");
      }
    }
    return new TlsIdentity(
        settings.cert(), List.copyOf(chain), key, List.copyOf(CertificateNames.names(own)));
  }

  /** The certificate itself. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** When the first of the chain ends. */
  public Instant expires() {
    Instant first = Instant.MAX;
    for (X509Certificate each : chain) {
      Instant end = each.getNotAfter().toInstant();
      first = end.isBefore(first) ? end : first;
    }
    return first;
  }

  /** Whether it may be shown to those who ask for that host, lower case. */
  boolean speaksFor(String host) {
    int dot = host.indexOf('.');
    String star = dot < 0 ? null : "*" + host.substring(dot);
    return names.contains(host) || star != null && names.contains(star);
  }

  boolean elliptic() {
    return key.getAlgorithm().toUpperCase(Locale.ROOT).startsWith("E");
  }

  private static boolean belong(X509Certificate certificate, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "EdDSA", "Ed25519" -> "EdDSA";
          default -> "SHA256withRSA";
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
