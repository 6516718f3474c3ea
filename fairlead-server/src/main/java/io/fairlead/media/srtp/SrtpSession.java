// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

/**
 * Both directions between us and one side, each with a key of its own.
 *
 * <p>Immutable.
 *
 * @param receiver of what the side sends
 * @param sender of what goes to it
 */
public record SrtpSession(SrtpReceiver receiver, SrtpSender sender) {
  /** Both directions have the same one. */
  public CryptoSuite suite() {
    return sender.key().suite();
  }
}
