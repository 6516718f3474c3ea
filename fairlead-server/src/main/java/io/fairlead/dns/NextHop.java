// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where to send. Immutable.
 *
 * @param transport name of the transport, lower case: {@code udp}
 * @param address resolved
 * @param domain the host of the URI that was looked up, lower case, which a certificate must prove
 *     whatever names the DNS led to (RFC 5922 §4); null when the URI has an address
 */
public record NextHop(String transport, InetSocketAddress address, @Nullable String domain) {}
