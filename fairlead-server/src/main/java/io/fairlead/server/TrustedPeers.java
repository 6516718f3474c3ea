// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.Cluster;
import io.fairlead.guard.gate.TrustedSources;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.Pools;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells the guard who is one of ours: backends, and the other nodes of the cluster. Immutable. */
final class TrustedPeers {
  private final TrustedSources trusted;
  private final Set<InetAddress> nodes;

  TrustedPeers(TrustedSources trusted, Cluster cluster) {
    this.trusted = trusted;
    Set<InetAddress> found = new HashSet<>();
    cluster.all().forEach(node -> add(found, node.uri().address()));
    this.nodes = Set.copyOf(found);
  }

  /** These are the pools from now on. */
  void are(Pools pools) {
    Set<InetAddress> all = new HashSet<>(nodes);
    for (Pool pool : pools.all()) {
      for (Backend backend : pool.backends()) {
        add(all, backend.address());
      }
    }
    trusted.ours(all);
  }

  private static void add(Set<InetAddress> to, @Nullable InetSocketAddress address) {
    if (address != null && !address.isUnresolved()) {
      to.add(address.getAddress());
    }
  }
}
