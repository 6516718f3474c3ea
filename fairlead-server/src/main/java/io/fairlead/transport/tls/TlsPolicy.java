// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

/** Which protocol versions and ciphers are spoken (RFC 9325). */
public enum TlsPolicy {
  /** TLS 1.3 alone. */
  MODERN,
  /** TLS 1.3, and TLS 1.2 with forward secrecy and authenticated encryption, for older phones. */
  INTERMEDIATE
}
