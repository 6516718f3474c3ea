// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out: finds or opens a flow to a peer. Real sockets in production, a virtual network in
 * tests.
 */
public interface OutboundFlows {
  /** All listeners, in the order of the configuration. */
  List<Listener> listeners();

  /**
   * A flow to the peer over the transport. An open connection to the peer is reused; none is opened
   * before the first send.
   *
   * @param transport name of the transport, {@code udp}
   * @param preferred leave by this listener when it speaks the transport and the address family;
   *     else the first that does
   * @return null when no listener speaks that transport and address family
   */
  @Nullable Flow flowTo(String transport, InetSocketAddress remote, @Nullable Listener preferred);

  /**
   * As above, for a peer that may have to prove who it is. A connection is reused only when it is
   * proven for the same domain (RFC 5923 §8).
   */
  default @Nullable Flow flowTo(Peer peer, @Nullable Listener preferred) {
    return flowTo(peer.transport(), peer.address(), preferred);
  }

  /** Which listener reaches whom. */
  default ListenerChoice reach() {
    return new ListenerChoice(listeners(), InterfaceLookup.UNKNOWN);
  }

  /**
   * A flow to the peer by the listener that reaches it, which is not always the one that a request
   * came by: see {@link ListenerChoice}.
   *
   * @param came the listener by which came what goes there now; null when we begin
   * @return null when no listener reaches it
   */
  default @Nullable Flow wayTo(Peer peer, @Nullable Listener came) {
    Listener by = reach().by(peer, came);
    return by == null ? null : flowTo(peer, by);
  }

  /** The open connection with that {@linkplain Flow#connection number}; null when it has ended. */
  default @Nullable Flow connection(long number) {
    return null;
  }
}
