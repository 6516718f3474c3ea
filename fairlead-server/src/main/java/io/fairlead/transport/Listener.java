// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetAddress;
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

  /** True when it speaks the transport and the address family. */
  public boolean speaks(String transportName, InetAddress remote) {
    return transport.name().equals(transportName)
        && bound.getAddress().getClass() == remote.getClass();
  }

  /**
   * The scheme of a URI that leads here: sips needs TLS, so elsewhere it is sip whatever was asked.
   *
   * @param sips true in a dialog that is sips from end to end (RFC 5630 §5.3)
   */
  public String scheme(boolean sips) {
    return sips && transport.secure() ? "sips" : "sip";
  }

  /**
   * What a URI that leads here says of the transport: {@code ;transport=tcp}, nothing for UDP. A
   * sips URI says TLS already and names what is below it (RFC 5630 §3.1.4, RFC 7118 §5).
   *
   * @param sips as for {@link #scheme}
   */
  public String transportParameter(boolean sips) {
    if (sips && transport.equals(Transports.TLS) || transport.equals(Transports.UDP)) {
      return "";
    }
    boolean below = sips && transport.equals(Transports.WSS);
    return ";transport=" + (below ? Transports.WS : transport).name();
  }
}
