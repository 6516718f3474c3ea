// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Engines of the JDK. Immutable. */
final class JdkEngines implements EngineFactory {
  private final SSLContext made;
  private final EngineParameters terms;
  private final boolean server;

  JdkEngines(EngineParameters terms, boolean server) {
    this.terms = terms;
    this.server = server;
    TlsIdentity identity = terms.identity();
    PeerTrust trust = terms.trust();
    try {
      made = SSLContext.getInstance("TLS");
      made.init(
          identity == null ? new KeyManager[0] : new KeyManager[] {new OneIdentity(identity)},
          trust == null ? new TrustManager[0] : new TrustManager[] {trust},
          null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java speaks TLS", e);
    }
  }

  @Override
  public SSLEngine engine(@Nullable String domain, int port) {
    SSLEngine engine = domain == null ? made.createSSLEngine() : made.createSSLEngine(domain, port);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(TlsPolicies.protocols(terms.policy()));
    parameters.setCipherSuites(TlsPolicies.suites(terms.policy()).toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    engine.setSSLParameters(parameters);
    engine.setUseClientMode(!server);
    if (server) {
      engine.setWantClientAuth(terms.client() == VerifyClient.OPTIONAL);
      if (terms.client() == VerifyClient.REQUIRE) {
        engine.setNeedClientAuth(true);
      }
    }
    return engine;
  }

  /** Always shows the same. Immutable. */
  private static final class OneIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";

    private final TlsIdentity identity;

    OneIdentity(TlsIdentity identity) {
      this.identity = identity;
    }

    private @Nullable String alias(String type) {
      return identity.key().getAlgorithm().equalsIgnoreCase(type) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(type);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      for (String type : types) {
        if (alias(type) != null) {
          return ALIAS;
        }
      }
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return identity.key();
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
      return alias(type) == null ? null : new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return getClientAliases(type, issuers);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return chooseEngineClientAlias(types, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(type);
    }
  }
}
