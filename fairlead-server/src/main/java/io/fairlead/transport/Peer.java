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
 */
public record Peer(
    String transport,
    InetSocketAddress address,
    @Nullable String domain,
    @Nullable TlsClientSettings tls) {}
