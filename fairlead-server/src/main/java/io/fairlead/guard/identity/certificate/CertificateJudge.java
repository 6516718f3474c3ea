// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import java.io.ByteArrayInputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a chain of certificates (RFC 5280 §6, RFC 8226): it leads to a trust anchor, it is of this
 * time, it is for telephone numbers, and its key is one of ES256. Whether it has been revoked is
 * not asked. Immutable.
 */
public final class CertificateJudge {
  private static final String TN_AUTH_LIST = "1.3.6.1.5.5.7.1.26";
  private static final int LONGEST_CHAIN = 8;
  private static final int MOST_INTERMEDIATES = 4;
  private static final ECParameterSpec P256 = p256();

  private final Set<TrustAnchor> anchors;
  private final boolean tnAuthList;

  /** With the authorities that count. */
  public CertificateJudge(Set<TrustAnchor> anchors, boolean tnAuthList) {
    this.anchors = Set.copyOf(anchors);
    this.tnAuthList = tnAuthList;
  }

  /**
   * Judges what a server has given.
   *
   * @param document PEM, the signer's certificate first, or one certificate in DER
   * @param nowMs epoch milliseconds
   * @param untilMs how long it may be kept; no longer than it is valid
   * @param failedUntilMs how long a failure is kept
   */
  SigningCredential judge(byte[] document, long nowMs, long untilMs, long failedUntilMs) {
    List<X509Certificate> chain = chain(document);
    if (chain.isEmpty()) {
      return useless("it is no certificate", failedUntilMs);
    }
    X509Certificate signer = chain.getFirst();
    if (tnAuthList && signer.getExtensionValue(TN_AUTH_LIST) == null) {
      return useless("it has no TNAuthList", failedUntilMs);
    }
    if (!(signer.getPublicKey() instanceof ECPublicKey key) || !isP256(key)) {
      return useless("its key is not of P-256", failedUntilMs);
    }
    String wrong = wrong(chain, nowMs);
    if (wrong != null) {
      return useless(wrong, failedUntilMs);
    }
    long until = untilMs;
    for (X509Certificate each : chain) {
      until = Math.min(until, each.getNotAfter().toInstant().toEpochMilli());
    }
    return new SigningCredential.Trusted(key, Math.max(until, nowMs));
  }

  private static SigningCredential useless(String words, long untilMs) {
    return new SigningCredential.Useless(IdentityVerdict.UNTRUSTED, words, untilMs);
  }

  private static List<X509Certificate> chain(byte[] document) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Certificate each : factory.generateCertificates(new ByteArrayInputStream(document))) {
        if (chain.size() == LONGEST_CHAIN) {
          return List.of();
        }
        chain.add((X509Certificate) each);
      }
      return chain;
    } catch (CertificateException e) {
      return List.of();
    }
  }

  /** True for a key of the curve of ES256. */
  public static boolean isP256(ECKey key) {
    ECParameterSpec own = key.getParams();
    return own.getCurve().equals(P256.getCurve())
        && own.getGenerator().equals(P256.getGenerator())
        && own.getOrder().equals(P256.getOrder());
  }

  private static ECParameterSpec p256() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java knows P-256", e);
    }
  }

  private @Nullable String wrong(List<X509Certificate> chain, long nowMs) {
    try {
      X509CertSelector signer = new X509CertSelector();
      signer.setCertificate(chain.getFirst());
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, signer);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(Instant.ofEpochMilli(nowMs)));
      parameters.setMaxPathLength(MOST_INTERMEDIATES);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      CertPathBuilder.getInstance("PKIX").build(parameters);
      return null;
    } catch (GeneralSecurityException e) {
      return "it leads to no trusted authority, or is of another time";
    }
  }
}
