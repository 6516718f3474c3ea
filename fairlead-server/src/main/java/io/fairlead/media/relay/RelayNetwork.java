// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.net.InetAddress;

/**
 * Where the relay speaks with the peers of one network.
 *
 * <p>Immutable.
 *
 * @param name as a listener's {@code network}
 * @param address where its sockets are bound
 * @param advertise the address that peers are told: another one where a NAT leads each port of it
 *     to the same of ours
 * @param ports from which pairs are taken
 */
public record RelayNetwork(
    String name, InetAddress address, InetAddress advertise, PortRange ports) {}
