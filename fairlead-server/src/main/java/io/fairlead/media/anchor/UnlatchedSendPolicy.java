// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.media.relay.RelaySettings;
import io.fairlead.net.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * To whom media may go that has not sent to us yet. Whoever writes a description could name anybody
 * in it (RFC 8866 §7, RFC 7362 §5), so an address in it counts only when the description came from
 * there, or when the operator has named it. A name is never looked up.
 *
 * <p>Immutable.
 */
final class UnlatchedSendPolicy {
  private final RelaySettings settings;

  UnlatchedSendPolicy(RelaySettings settings) {
    this.settings = settings;
  }

  /**
   * Whether a description's address may be sent to unasked.
   *
   * @param to what the description says
   * @param source where its message came from, null when not known
   * @param network the side's network
   */
  boolean allows(InetSocketAddress to, @Nullable InetAddress source, String network) {
    InetAddress address = to.getAddress();
    // Two of our own ports that send to each other would never stop. What else lives on our
    // address, such as a FreeSWITCH on the same machine, has other ports.
    if (to.getPort() == 0 || isNobody(address) || settings.isOurs(to)) {
      return false;
    }
    InetAddress ours = settings.addressOn(network);
    if (address.isLoopbackAddress() && (ours == null || !ours.isLoopbackAddress())) {
      return false;
    }
    return address.equals(source) || isNamed(address, network);
  }

  private static boolean isNobody(InetAddress address) {
    byte[] bytes = address.getAddress();
    // 240.0.0.0/4 is of no use to anybody, and ends with the broadcast address (RFC 1112 §4).
    boolean reserved = bytes.length == 4 && (bytes[0] & 0xf0) == 0xf0;
    // "This" network (RFC 1122 §3.2.1.3).
    boolean here = bytes.length == 4 && bytes[0] == 0;
    return address.isMulticastAddress() || address.isAnyLocalAddress() || reserved || here;
  }

  private boolean isNamed(InetAddress address, String network) {
    List<Cidr> networks = settings.sendFirstOn(network);
    for (Cidr each : networks) {
      if (each.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
