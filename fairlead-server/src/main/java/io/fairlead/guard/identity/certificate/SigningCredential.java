// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import java.security.interfaces.ECPublicKey;

/** What is known of the certificate at a URL, for a while. Immutable. */
public sealed interface SigningCredential {
  /** Until when it is known, epoch milliseconds. */
  long untilMs();

  /**
   * A chain that leads to a trust anchor.
   *
   * @param key the public key of whoever signs
   */
  record Trusted(ECPublicKey key, long untilMs) implements SigningCredential {}

  /**
   * There is none that can be used.
   *
   * @param why what calls are told that name it
   * @param words for the log
   */
  record Useless(IdentityVerdict why, String words, long untilMs) implements SigningCredential {}
}
