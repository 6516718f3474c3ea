// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.transport.tls.TlsClientSettings;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whom to reach. Immutable.
 *
 * @param transport name of the transport, {@code tls}
 * @param address where
 * @param domain the name a certificate must prove (RFC 5922 §4), lower case; null for the address
 *     itself
 * @param tls how it is verified, and what we show; null for what is usual
 * @param network the side it is on, as listeners name it; null when that is not said
 */
public record Peer(
    String transport,
    InetSocketAddress address,
    @Nullable String domain,
    @Nullable TlsClientSettings tls,
    @Nullable String network) {
  /** One of which it is not said on which side it is. */
  public Peer(
      String transport,
      InetSocketAddress address,
      @Nullable String domain,
      @Nullable TlsClientSettings tls) {
    this(transport, address, domain, tls, null);
  }

  /** One that need not prove anything. */
  public static Peer at(String transport, InetSocketAddress address) {
    return new Peer(transport, address, null, null, null);
  }
}
