// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.InetSocketAddress;

/**
 * Where to send. Immutable.
 *
 * @param transport name of the transport, lower case: {@code udp}
 * @param address resolved
 */
public record Target(String transport, InetSocketAddress address) {}
