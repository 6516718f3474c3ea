// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.guard.edge.NetworkEdge;
import io.fairlead.transport.OutboundFlows;

/**
 * The guard of a node: one object for all loops, whose parts say for themselves what threads share.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Guard implements AutoCloseable {
  private final GuardDependencies dependencies;
  private final NetworkEdge edge;
  private volatile GuardSettings settings;

  private Guard(GuardSettings settings, GuardDependencies dependencies) {
    this.settings = settings;
    this.dependencies = dependencies;
    this.edge = new NetworkEdge(dependencies.keys());
  }

  /** Builds what the settings ask for; nothing runs yet. */
  public static Guard of(GuardSettings settings, GuardDependencies dependencies) {
    return new Guard(settings, dependencies);
  }

  /** Begins what runs by itself. Before traffic is taken. */
  public void start() {}

  /** Takes over other settings: what was counted stays. Any thread. */
  public void reload(GuardSettings next) {
    settings = next;
    edge.reload(next.topologyHiding(), next.trust());
  }

  /** What is in force. */
  public GuardSettings settings() {
    return settings;
  }

  /** Who hears of offences. */
  public OffenceListener offences() {
    return OffenceListener.NONE;
  }

  /** Where messages cross from one side to another. */
  public NetworkEdge edge() {
    return edge;
  }

  /** The way out for all that Fairlead sends, over the wire: what leaves is changed on it. */
  public OutboundFlows over(OutboundFlows wire) {
    return edge.over(wire, settings.topologyHiding(), settings.trust());
  }

  /** What it is made with. */
  GuardDependencies dependencies() {
    return dependencies;
  }

  @Override
  public void close() {}
}
