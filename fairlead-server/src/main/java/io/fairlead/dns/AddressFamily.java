// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

/** An address family. */
public enum AddressFamily {
  /** IPv4. */
  IPV4,
  /** IPv6. */
  IPV6
}
