// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a peer shows: who signed it (RFC 5280 §6), and for a peer we connect to, whether it
 * is for the domain we want (RFC 5922 §7). Immutable.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private static final X509Certificate[] NONE = {};

  private final TlsClientSettings.Verify verify;
  private final @Nullable X509TrustManager signers;

  private PeerTrust(TlsClientSettings.Verify verify, @Nullable X509TrustManager signers) {
    this.verify = verify;
    this.signers = signers;
  }

  /**
   * For peers we connect to.
   *
   * @throws BadCertificateException when the authorities cannot be read
   */
  static PeerTrust ofServers(TlsClientSettings settings) {
    boolean any = settings.verify() == TlsClientSettings.Verify.NONE;
    return new PeerTrust(settings.verify(), any ? null : signers(settings.authorities()));
  }

  /**
   * For those who connect.
   *
   * @param authorities PEM file; null for those the system trusts
   * @throws BadCertificateException when they cannot be read
   */
  static PeerTrust ofClients(@Nullable Path authorities) {
    return new PeerTrust(TlsClientSettings.Verify.AUTHORITY, signers(authorities));
  }

  private static X509TrustManager signers(@Nullable Path file) {
    List<X509Certificate> roots = file == null ? List.of() : Pem.certificates(file);
    try {
      KeyStore store = null;
      if (file != null) {
        store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < roots.size(); i++) {
          store.setCertificateEntry("root-" + i, roots.get(i));
        }
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager each : factory.getTrustManagers()) {
        if (each instanceof X509TrustManager found) {
          return found;
        }
      }
      throw new IllegalStateException("every Java judges X.509 certificates");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the authorities cannot be used", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, type);
    if (verify == TlsClientSettings.Verify.FULL || verify == TlsClientSettings.Verify.WILDCARD) {
      String domain = engine.getPeerHost();
      boolean wildcards = verify == TlsClientSettings.Verify.WILDCARD;
      if (domain == null || !CertificateNames.speaksFor(chain[0], domain, wildcards)) {
        throw new CertificateException(
            "the certificate is for " + CertificateNames.names(chain[0]) + ", not for " + domain);
      }
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    if (signers != null) {
      signers.checkServerTrusted(chain, type);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    if (signers == null) {
      return;
    }
    try {
      signers.checkClientTrusted(chain, type);
    } catch (CertificateException e) {
      // Public authorities no longer sign for clients; in SIP each side is both (RFC 5922 §7.3).
      try {
        signers.checkServerTrusted(chain, "UNKNOWN");
      } catch (CertificateException worse) {
        throw e;
      }
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  // Without an engine nobody says which domain is wanted.
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("no engine");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return signers == null ? NONE : signers.getAcceptedIssuers();
  }
}
