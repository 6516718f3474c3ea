// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Kind;
import java.util.List;
import java.util.stream.Collectors;

/** The list of transports: one line adds one. Immutable. */
public final class Transports {
  /** RFC 3261 §18. */
  public static final Transport UDP = new Transport("udp", "UDP", 5060, false, false);

  /** RFC 3261 §18. */
  public static final Transport TCP = new Transport("tcp", "TCP", 5060, true, false);

  /** RFC 3261 §26.3. */
  public static final Transport TLS = new Transport("tls", "TLS", 5061, true, true);

  /** RFC 7118. */
  public static final Transport WS = new Transport("ws", "WS", 80, true, false);

  /** RFC 7118. */
  public static final Transport WSS = new Transport("wss", "WSS", 443, true, true);

  static final List<Outlet> ALL =
      List.of(
          UdpTransport.OUTLET,
          StreamTransport.TCP,
          StreamTransport.TLS,
          StreamTransport.WS,
          StreamTransport.WSS);

  private Transports() {}

  /**
   * Name, one sentence and settings of each, for {@code fairlead list transports} and the reference
   * page.
   */
  public static List<Kind<?, ?, ?>> kinds() {
    return ALL.stream().<Kind<?, ?, ?>>map(Outlet::kind).toList();
  }

  /** What is known of the transport of that name. */
  public static Transport byName(String name) {
    return outlet(name).transport();
  }

  static Outlet outlet(String name) {
    for (Outlet outlet : ALL) {
      if (outlet.transport().name().equals(name)) {
        return outlet;
      }
    }
    String known = ALL.stream().map(o -> o.transport().name()).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("expected one of the transports " + known + ", not " + name);
  }
}
