// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

/** What is asked of the DNS. */
public enum DnsRecordType {
  /** IPv4 addresses (RFC 1035 §3.4.1). */
  A,
  /** IPv6 addresses (RFC 3596). */
  AAAA,
  /** Servers of a service (RFC 2782). */
  SRV,
  /** Services of a domain (RFC 3403). */
  NAPTR
}
