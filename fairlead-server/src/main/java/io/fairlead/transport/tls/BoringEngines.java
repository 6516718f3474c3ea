// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Engines of BoringSSL; each must be given back. Immutable. */
final class BoringEngines implements EngineFactory {
  // The shortest keys first: what every client has and a handshake is cheapest with.
  private static final String[] GROUPS = {"x25519", "P-256", "P-384"};
  private static final long RESUMED_FOR_S = 7200;
  private static final int NAME = 16;
  private static final int HMAC = 32;

  private final SslContext made;

  BoringEngines(EngineParameters terms, boolean server) {
    TlsIdentity identity = terms.identity();
    SslContextBuilder builder;
    if (server && identity != null) {
      builder = SslContextBuilder.forServer(identity.key(), chain(identity));
      builder.clientAuth(asked(terms.client())).sessionTimeout(RESUMED_FOR_S);
    } else {
      builder = SslContextBuilder.forClient().endpointIdentificationAlgorithm(null);
      if (identity != null) {
        builder.keyManager(identity.key(), chain(identity));
      }
    }
    PeerTrust trust = terms.trust();
    if (trust != null) {
      builder.trustManager(new BoringTrust(trust));
    }
    try {
      made =
          builder
              .sslProvider(SslProvider.OPENSSL_REFCNT)
              .protocols(TlsPolicies.protocols(terms.policy()))
              .ciphers(TlsPolicies.suites(terms.policy()))
              .option(OpenSslContextOption.GROUPS, GROUPS)
              .build();
    } catch (SSLException e) {
      throw new IllegalStateException("BoringSSL does not take the certificate: " + e, e);
    }
    if (server) {
      seal(terms.tickets());
    }
  }

  static boolean available() {
    return OpenSsl.isAvailable();
  }

  static String missing() {
    return String.valueOf(OpenSsl.unavailabilityCause());
  }

  private static X509Certificate[] chain(TlsIdentity identity) {
    return identity.chain().toArray(X509Certificate[]::new);
  }

  private static ClientAuth asked(VerifyClient client) {
    return switch (client) {
      case NONE -> ClientAuth.NONE;
      case OPTIONAL -> ClientAuth.OPTIONAL;
      case REQUIRE -> ClientAuth.REQUIRE;
    };
  }

  @Override
  public SSLEngine engine(@Nullable String domain, int port) {
    // Not pooled: all that passes lies in direct buffers of the loops, and nothing is copied.
    UnpooledByteBufAllocator buffers = UnpooledByteBufAllocator.DEFAULT;
    return domain == null ? made.newEngine(buffers) : made.newEngine(buffers, domain, port);
  }

  @Override
  public void seal(TicketKeys tickets) {
    OpenSslSessionTicketKey[] keys =
        tickets.keys().stream()
            .map(key ->
                new OpenSslSessionTicketKey(
                    Arrays.copyOfRange(key, 0, NAME),
                    Arrays.copyOfRange(key, NAME, HMAC),
                    Arrays.copyOfRange(key, HMAC, key.length)))
            .toArray(OpenSslSessionTicketKey[]::new);
    ((OpenSslSessionContext) made.sessionContext()).setTicketKeys(keys);
  }

  @Override
  public void release(SSLEngine engine) {
    ReferenceCountUtil.release(engine);
  }

  @Override
  public void retire() {
    ReferenceCountUtil.release(made);
  }
}
