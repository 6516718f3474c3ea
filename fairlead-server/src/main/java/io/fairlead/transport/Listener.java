// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetSocketAddress;

/**
 * One address where Fairlead receives and from which it sends. Immutable.
 *
 * @param index its place in the configuration, from 0; stable while the process lives
 * @param name as configured, or {@code udp:127.0.0.5:5060}
 * @param transport the protocol spoken there
 * @param bound the local address, port resolved
 * @param sentBy what Via and Record-Route say: {@code 203.0.113.10:5060}, {@code
 *     [2001:db8::1]:5060}; the advertised name or address when one is configured
 * @param network the side it is on, as configured; empty when sides have no names
 */
public record Listener(
    int index,
    String name,
    Transport transport,
    InetSocketAddress bound,
    String sentBy,
    String network) {
  /** One on no named side. */
  public Listener(
      int index, String name, Transport transport, InetSocketAddress bound, String sentBy) {
    this(index, name, transport, bound, sentBy, "");
  }
}
