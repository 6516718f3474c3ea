// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.edge;

import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.PongListener;
import java.net.InetSocketAddress;

/**
 * A flow to a side where messages are changed. Immutable.
 *
 * @param outer as the wire knows it
 */
record EdgeFlow(Flow outer, NetworkEdge edge) implements Flow {
  @Override
  public Listener listener() {
    return outer.listener();
  }

  @Override
  public InetSocketAddress remote() {
    return outer.remote();
  }

  @Override
  public void send(byte[] bytes, int from, int to) {
    edge.send(outer, bytes, from, to);
  }

  @Override
  public boolean open() {
    return outer.open();
  }

  @Override
  public long connection() {
    return outer.connection();
  }

  @Override
  public void ping(long recentNs, PongListener listener) {
    outer.ping(recentNs, listener);
  }

  @Override
  public long keptAliveNsAgo(long nowNs) {
    return outer.keptAliveNsAgo(nowNs);
  }

  @Override
  public void alias(int port) {
    outer.alias(port);
  }

  @Override
  public String toString() {
    return outer.toString();
  }
}
