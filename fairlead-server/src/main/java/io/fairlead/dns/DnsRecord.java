// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.InetAddress;

/** One record of an answer. Immutable. */
public sealed interface DnsRecord {
  /**
   * An address of a host: A or AAAA.
   *
   * @param address which
   */
  record Address(InetAddress address) implements DnsRecord {}

  /**
   * A server of a service (RFC 2782).
   *
   * @param priority the lowest is tried first
   * @param weight its share among those of the same priority
   * @param port where it listens
   * @param target its host name; empty when the service is decidedly not offered
   */
  record Srv(int priority, int weight, int port, String target) implements DnsRecord {}

  /**
   * A service of a domain (RFC 3403 §4).
   *
   * @param order the lowest is used first
   * @param preference of those with the same order the lowest is used first
   * @param flags {@code s}: the replacement has SRV records
   * @param service {@code SIP+D2U}
   * @param replacement where it leads
   */
  record Naptr(int order, int preference, String flags, String service, String replacement)
      implements DnsRecord {}
}
