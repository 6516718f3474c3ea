// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks for the addresses of a host. Blocks, so never called on a loop. */
@FunctionalInterface
public interface Resolver {
  /** The system's resolver: hosts file, then DNS, as the machine is set up. */
  Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * The addresses of a host, best first.
   *
   * @throws UnknownHostException when it has none
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
