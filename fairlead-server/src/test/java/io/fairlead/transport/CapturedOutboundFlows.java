// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wire that gives captured flows: one per transport and peer, a new one when the last was closed.
 * Owned by one loop.
 */
public final class CapturedOutboundFlows implements OutboundFlows {
  private final List<Listener> listeners =
      List.of(
          CapturedFlow.listener(0, CapturedFlow.UDP), CapturedFlow.listener(1, CapturedFlow.TCP));
  private final List<CapturedFlow> flows = new ArrayList<>();

  /** Every flow asked for so far, oldest first. */
  public List<CapturedFlow> flows() {
    return flows;
  }

  @Override
  public List<Listener> listeners() {
    return listeners;
  }

  @Override
  public @Nullable Flow flowTo(
      String transport, InetSocketAddress remote, @Nullable Listener preferred) {
    for (CapturedFlow flow : flows) {
      if (flow.open()
          && flow.remote().equals(remote)
          && flow.transport().name().equals(transport)) {
        return flow;
      }
    }
    for (Listener listener : listeners) {
      if (listener.transport().name().equals(transport)) {
        CapturedFlow flow = new CapturedFlow(listener, remote);
        flows.add(flow);
        return flow;
      }
    }
    return null;
  }
}
