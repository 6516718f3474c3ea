// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.trust;

/**
 * What Fairlead believes of those on a network, and what they may learn (RFC 3325 §2). Immutable.
 */
public enum NetworkTrust {
  /** Of the trust domain: identities pass both ways as they are. */
  TRUSTED,
  /** Not of it: what it asserts is taken off, and it learns nothing that wants privacy. */
  UNTRUSTED,
  /**
   * Not of it, but its senders are known by other means, such as the address of a trunk or a client
   * certificate: what they prefer to be called, or else From, is asserted for them.
   */
  IDENTIFIED
}
