// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Ports of the relay at one of our addresses.
 *
 * <p>Immutable.
 *
 * @param address as bound, not as advertised
 * @param first the lowest
 * @param last the highest
 */
public record NatPorts(InetAddress address, int first, int last) {
  boolean ipv4() {
    return address instanceof Inet4Address;
  }

  int count() {
    return last - first + 1;
  }
}
