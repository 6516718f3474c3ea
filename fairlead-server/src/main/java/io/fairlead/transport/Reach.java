// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetAddress;
import java.util.ArrayList;
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
public final class Reach {
  private final List<Listener> listeners;
  private final Routing routing;

  /**
   * @param listeners all there are, in the order of the configuration
   * @param routing how this host routes
   */
  Reach(List<Listener> listeners, Routing routing) {
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
    return fit < 2 ? only : choose(peer, remote, came);
  }

  private static boolean fits(Listener listener, Peer peer, InetAddress remote) {
    return listener.speaks(peer.transport(), remote)
        && (peer.network() == null || peer.network().equals(listener.network()));
  }

  private @Nullable Listener choose(Peer peer, InetAddress remote, @Nullable Listener came) {
    List<Listener> all = new ArrayList<>(listeners.size());
    for (Listener listener : listeners) {
      if (fits(listener, peer, remote)) {
        all.add(listener);
      }
    }
    List<Listener> routed = all.stream().filter(each -> isRouted(each, remote)).toList();
    return nearest(routed.isEmpty() ? all : routed, came);
  }

  private boolean isRouted(Listener listener, InetAddress remote) {
    InetAddress local = listener.bound().getAddress();
    if (local.isAnyLocalAddress()) {
      return true;
    }
    int towards = routing.interfaceTo(remote);
    return towards != Routing.NOWHERE && towards == routing.interfaceOf(local);
  }

  private static Listener nearest(List<Listener> all, @Nullable Listener came) {
    Listener best = all.getFirst();
    if (came == null) {
      return best;
    }
    boolean sameNetwork = false;
    for (Listener listener : all) {
      if (listener.index() == came.index()) {
        return listener;
      }
      if (!sameNetwork && listener.network().equals(came.network())) {
        sameNetwork = true;
        best = listener;
      }
    }
    return best;
  }
}
