// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Kind;
import java.util.List;
import java.util.stream.Collectors;

/** The list of transports: one line adds one. Immutable. */
public final class Transports {
  static final List<Outlet> ALL = List.of(UdpTransport.OUTLET, TcpTransport.OUTLET);

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
