// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.kernel;

import io.fairlead.transport.Listener;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a listener of ours takes packets of one version of IP. Immutable.
 *
 * @param ipv4 the version
 * @param address one of ours, or the one that stands for all
 * @param tcp or else UDP
 * @param port ours
 */
record GuardedPort(boolean ipv4, InetAddress address, boolean tcp, int port) {
  /** Those of the listeners, each once. */
  static List<GuardedPort> of(List<Listener> listeners) {
    List<GuardedPort> ports = new ArrayList<>();
    for (Listener each : listeners) {
      InetAddress address = each.bound().getAddress();
      boolean tcp = each.transport().reliable();
      int port = each.bound().getPort();
      boolean ipv4 = address instanceof Inet4Address;
      ports.add(new GuardedPort(ipv4, address, tcp, port));
      if (!ipv4 && address.isAnyLocalAddress()) {
        // A socket of all IPv6 addresses may take IPv4 as well.
        ports.add(new GuardedPort(true, address, tcp, port));
      }
    }
    return ports.stream().distinct().toList();
  }

  /** Whether any of our addresses will do. */
  boolean anyAddress() {
    return address.isAnyLocalAddress();
  }
}
