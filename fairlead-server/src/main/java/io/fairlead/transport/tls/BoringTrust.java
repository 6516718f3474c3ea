// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Tells BoringSSL why a {@link PeerTrust} refuses, so that the peer hears of it in the alert (RFC
 * 8446 §6.2). Of what it is not told BoringSSL says internal_error, and the peer's operator looks
 * for the fault here. Immutable.
 */
final class BoringTrust extends X509ExtendedTrustManager {
  private final PeerTrust judge;

  BoringTrust(PeerTrust judge) {
    this.judge = judge;
  }

  private interface Judgement {
    void make() throws CertificateException;
  }

  private static void judge(Judgement judgement) throws CertificateException {
    try {
      judgement.make();
    } catch (CertificateException e) {
      throw new OpenSslCertificateException(e.getMessage(), e, code(e));
    }
  }

  private static int code(CertificateException refusal) {
    for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
      int code = known(cause);
      if (code != CertificateVerifier.X509_V_OK) {
        return code;
      }
    }
    return CertificateVerifier.X509_V_ERR_CERT_REJECTED;
  }

  // Beside them the alerts they become.
  private static int known(Throwable cause) {
    return switch (cause) {
      // certificate_expired
      case CertificateExpiredException e -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
      // bad_certificate
      case CertificateNotYetValidException e -> CertificateVerifier.X509_V_ERR_CERT_NOT_YET_VALID;
      // unknown_ca
      case CertPathBuilderException e when e.getCause() == null ->
          CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
      case CertPathValidatorException e -> code(e.getReason());
      default -> CertificateVerifier.X509_V_OK;
    };
  }

  private static int code(CertPathValidatorException.@Nullable Reason reason) {
    if (reason == BasicReason.EXPIRED) {
      return CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
    }
    if (reason == BasicReason.REVOKED) {
      return CertificateVerifier.X509_V_ERR_CERT_REVOKED;
    }
    return reason == PKIXReason.NO_TRUST_ANCHOR
        ? CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
        : CertificateVerifier.X509_V_OK;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    judge(() -> judge.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    judge(() -> judge.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    judge(() -> judge.checkServerTrusted(chain, type));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    judge(() -> judge.checkClientTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    judge(() -> judge.checkClientTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    judge(() -> judge.checkClientTrusted(chain, type));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }
}
