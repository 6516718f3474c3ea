// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.net.Cidr;
import io.fairlead.net.SourceKey;

/**
 * A ban. Immutable.
 *
 * @param network the address, the /64, or the network that is banned
 * @param cause who had it banned
 * @param why in words: the offences, the name of the list or the node
 * @param points what its source had
 * @param sinceMs epoch milliseconds
 * @param untilMs epoch milliseconds
 * @param times which ban of this source it is
 */
public record Ban(
    Cidr network, BanCause cause, String why, int points, long sinceMs, long untilMs, int times) {
  /** Whether what is banned is one source: an IPv4 address or a /64. */
  public boolean isSource() {
    return isSource(network);
  }

  /** Whether a network is one source. */
  public static boolean isSource(Cidr network) {
    return network.prefix() == (network.isV4() ? 32 : 64);
  }

  /** The least of sources and networks that holds the network: a /64 for less of IPv6. */
  public static Cidr whole(Cidr network) {
    return network.isV4() || network.prefix() <= 64 ? network : new Cidr(network.address(), 64);
  }

  /** The number of the source. */
  public long key() {
    return SourceKey.of(network.address());
  }

  /** {@code 192.0.2.1}, {@code 192.0.2.0/24}, {@code 2001:db8:0:1:0:0:0:0/64}. */
  public static String text(Cidr network) {
    boolean lone = network.isV4() && network.prefix() == 32;
    return lone ? network.address().getHostAddress() : network.toString();
  }

  /** What is banned, as text. */
  public String text() {
    return text(network);
  }
}
