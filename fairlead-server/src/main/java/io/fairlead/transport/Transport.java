// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

/**
 * What the layers above must know of a transport protocol (RFC 3261 §18, §20.42). Immutable.
 *
 * @param name as in a URI's transport parameter and in a listener's address, lower case: {@code
 *     udp}
 * @param viaToken as in a Via header: {@code UDP}
 * @param defaultPort the port meant when a URI names none
 * @param reliable true when the transport itself resends: transactions then use no retransmission
 *     timers
 * @param secure true for TLS below it
 */
public record Transport(
    String name, String viaToken, int defaultPort, boolean reliable, boolean secure) {
  /**
   * True when a peer that connected to us can be reached by that connection only: a browser listens
   * nowhere (RFC 7118 §5).
   */
  public boolean oneWay() {
    return viaToken.startsWith("WS");
  }
}
