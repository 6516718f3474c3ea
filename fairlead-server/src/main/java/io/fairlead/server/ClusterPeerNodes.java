// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.Cluster;
import io.fairlead.proxy.PeerNodes;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/** The nodes of the configuration as the proxy asks for them. Immutable. */
final class ClusterPeerNodes implements PeerNodes {
  private final Cluster cluster;

  ClusterPeerNodes(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public int self() {
    return cluster.own();
  }

  @Override
  public @Nullable Node of(int number) {
    Cluster.Node node = cluster.node(number);
    return node == null
        ? null
        : new Node(node.uri().transport(), node.uri().address(), node.uri().hostPort());
  }

  @Override
  public boolean isNode(SipUri uri) {
    return cluster.isNode(uri);
  }

  @Override
  public boolean isNode(Flow flow) {
    return cluster.isNode(flow);
  }
}
