// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The relay's own addresses and ports: what is sent there would come back to us, for ever.
 * Immutable.
 */
final class SelfSendGuard {
  private final List<RelayNetwork> networks;

  SelfSendGuard(List<RelayNetwork> networks) {
    this.networks = List.copyOf(networks);
  }

  boolean is(Endpoint peer) {
    return is(peer.address());
  }

  boolean is(InetSocketAddress peer) {
    InetAddress address = peer.getAddress();
    for (RelayNetwork network : networks) {
      if (network.ports().holds(peer.getPort())
          && (address.equals(network.address()) || address.equals(network.advertise()))) {
        return true;
      }
    }
    return false;
  }
}
