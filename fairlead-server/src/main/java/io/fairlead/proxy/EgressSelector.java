// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dns.NextHop;
import io.fairlead.loop.Loop;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Peer;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out to a backend or a located place: who is met there, and by which listener. Neither
 * changes from one request to the next, so the choice is remembered for a moment.
 *
 * <p>Owned by one loop.
 */
final class EgressSelector {
  private static final int REMEMBERED = 512;

  // What the kernel says of routes may change.
  private static final long KEPT_NS = 1_000_000_000L;

  /**
   * A choice made before.
   *
   * @param whom the very peer or target
   * @param side the listener it came by, or that a Route named: see {@link #side}
   * @param by null when no listener reaches it
   */
  private record Exit(Object whom, int side, Peer peer, @Nullable Listener by, long untilNs) {
    // Cheaper than equality, and whoever is the same is the same object while it is remembered.
    @SuppressWarnings("ReferenceEquality")
    boolean isFor(Object other, int from, long nowNs) {
      return whom == other && side == from && nowNs - untilNs < 0;
    }
  }

  private final @Nullable Exit[] recent = new @Nullable Exit[REMEMBERED];
  private final OutboundFlows wire;
  private final Loop loop;

  EgressSelector(OutboundFlows wire, Loop loop) {
    this.wire = wire;
    this.loop = loop;
  }

  /**
   * A flow to a peer.
   *
   * @param came the listener by which came what goes there now; null when we begin
   * @return null when no listener reaches it
   */
  @Nullable Flow to(Peer peer, @Nullable Listener came) {
    int side = came == null ? -1 : side(came, false);
    int slot = slot(peer, side);
    Exit exit = recent[slot];
    if (exit == null || !exit.isFor(peer, side, loop.nowNs())) {
      Listener by = wire.reach().by(peer, came);
      exit = new Exit(peer, side, peer, by, loop.nowNs() + KEPT_NS);
      recent[slot] = exit;
    }
    return flow(exit);
  }

  /**
   * A flow to a located place.
   *
   * @param named the listener that our Route names, by which it leaves when that speaks what is
   *     needed; null for none
   * @param came the listener it came by
   * @return null when no listener reaches it
   */
  @Nullable Flow to(NextHop target, @Nullable Listener named, Listener came) {
    Listener from = named == null ? came : named;
    int side = side(from, named != null);
    int slot = slot(target, side);
    Exit exit = recent[slot];
    if (exit == null || !exit.isFor(target, side, loop.nowNs())) {
      exit = choose(target, from, named != null);
      recent[slot] = exit;
    }
    return flow(exit);
  }

  /** A flow to the first of the places that some listener reaches; null when there is none. */
  @Nullable Flow to(List<NextHop> targets, @Nullable Listener named, Listener came) {
    for (int i = 0; i < targets.size(); i++) {
      Flow flow = to(targets.get(i), named, came);
      if (flow != null) {
        return flow;
      }
    }
    return null;
  }

  /** True for an address at which we listen ourselves. */
  boolean isOurs(InetSocketAddress address) {
    List<Listener> all = wire.listeners();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).bound().equals(address)) {
        return true;
      }
    }
    return false;
  }

  private Exit choose(NextHop target, Listener from, boolean named) {
    Peer peer = new Peer(target.transport(), target.address(), target.domain(), null);
    boolean speaks = named && from.speaks(target.transport(), target.address().getAddress());
    Listener by = speaks ? from : wire.reach().by(peer, from);
    return new Exit(target, side(from, named), peer, by, loop.nowNs() + KEPT_NS);
  }

  private @Nullable Flow flow(Exit exit) {
    return exit.by == null ? null : wire.flowTo(exit.peer, exit.by);
  }

  private static int side(Listener listener, boolean named) {
    return 2 * listener.index() + (named ? 1 : 0);
  }

  private static int slot(Object whom, int side) {
    int hash = System.identityHashCode(whom) + side;
    return (hash ^ hash >>> 9) & REMEMBERED - 1;
  }
}
