// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.edge;

import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.ListenerChoice;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Peer;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way out, whose flows change what leaves by them. Immutable. */
record EdgeFlows(OutboundFlows wire, NetworkEdge edge) implements OutboundFlows {
  @Override
  public List<Listener> listeners() {
    return wire.listeners();
  }

  @Override
  public @Nullable Flow flowTo(
      String transport, InetSocketAddress remote, @Nullable Listener preferred) {
    return within(wire.flowTo(transport, remote, preferred));
  }

  @Override
  public @Nullable Flow flowTo(Peer peer, @Nullable Listener preferred) {
    return within(wire.flowTo(peer, preferred));
  }

  @Override
  public ListenerChoice reach() {
    return wire.reach();
  }

  @Override
  public @Nullable Flow wayTo(Peer peer, @Nullable Listener came) {
    return within(wire.wayTo(peer, came));
  }

  @Override
  public @Nullable Flow connection(long number) {
    return within(wire.connection(number));
  }

  private @Nullable Flow within(@Nullable Flow outer) {
    return outer == null ? null : edge.flow(outer);
  }
}
