// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which listener a message to a peer leaves by, when no Route or flow says it already. In this
 * order:
 *
 * <ol>
 *   <li>only listeners of the peer's transport and address family can reach it;
 *   <li>when it is said on which network the peer is, only those of that network;
 *   <li>of several, those on the interface through which the kernel routes to the peer; one that is
 *       bound to all addresses is on every interface;
 *   <li>of several still, or when the kernel does not tell: the one the request came by, else the
 *       first of the same network, else the first of the configuration.
 * </ol>
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class ListenerChoice {
  private final List<Listener> listeners;
  private final InterfaceLookup routing;

  /**
   * @param listeners all there are, in the order of the configuration
   * @param routing how this host routes
   */
  ListenerChoice(List<Listener> listeners, InterfaceLookup routing) {
    this.listeners = listeners;
    this.routing = routing;
  }

  /**
   * The listener to send by.
   *
   * @param came the one a request came by that is to go on; null for none
   * @return null when none reaches the peer
   */
  public @Nullable Listener by(Peer peer, @Nullable Listener came) {
    InetAddress remote = peer.address().getAddress();
    Listener only = null;
    int fit = 0;
    for (int i = 0; i < listeners.size(); i++) {
      if (fits(listeners.get(i), peer, remote)) {
        only = only == null ? listeners.get(i) : only;
        fit++;
      }
    }
    return fit < 2 ? only : best(peer, remote, came);
  }

  private static boolean fits(Listener listener, Peer peer, InetAddress remote) {
    return listener.speaks(peer.transport(), remote)
        && (peer.network() == null || peer.network().equals(listener.network()));
  }

  private @Nullable Listener best(Peer peer, InetAddress remote, @Nullable Listener came) {
    int towards = routing.interfaceTo(remote);
    Listener best = null;
    int highest = -1;
    for (int i = 0; i < listeners.size(); i++) {
      Listener listener = listeners.get(i);
      int rank = fits(listener, peer, remote) ? rank(listener, towards, came) : -1;
      if (rank > highest) {
        best = listener;
        highest = rank;
      }
    }
    return best;
  }

  private int rank(Listener listener, int towards, @Nullable Listener came) {
    int near = 0;
    if (came != null) {
      near = listener.index() == came.index() ? 2 : 0;
      near += listener.network().equals(came.network()) ? 1 : 0;
    }
    return near + (isRouted(listener, towards) ? 4 : 0);
  }

  private boolean isRouted(Listener listener, int towards) {
    InetAddress local = listener.bound().getAddress();
    return local.isAnyLocalAddress()
        || towards != InterfaceLookup.NOWHERE && towards == routing.interfaceOf(local);
  }
}
