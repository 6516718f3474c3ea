// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

/**
 * A transport that can be used for sending. Immutable.
 *
 * @param transport its name: {@code udp}
 * @param defaultPort the port meant when neither the URI nor the DNS names one
 * @param secure TLS below it
 * @param ipv4 to IPv4 addresses
 * @param ipv6 to IPv6 addresses
 */
public record UsableTransport(
    String transport, int defaultPort, boolean secure, boolean ipv4, boolean ipv6) {}
