// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.dialog.Cluster;
import io.fairlead.proxy.HomeNodeLookup;
import io.fairlead.proxy.PeerNodes;
import io.fairlead.registrar.NodePartitioner;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The partitions of the configuration as proxy and routes ask for them. Immutable. */
final class ClusterHomeNodes implements HomeNodeLookup {
  private final PeerNodes nodes;
  private final Map<String, NodePartitioner> partitions = new HashMap<>();

  ClusterHomeNodes(Cluster cluster, Map<String, RegistrarSettings> registrars) {
    this.nodes = new ClusterPeerNodes(cluster);
    registrars.forEach((name, each) -> {
      if (each.partition() != null) {
        partitions.put(name, new NodePartitioner(each.partition(), cluster));
      }
    });
  }

  @Override
  public @Nullable Home of(String registrar, SipRequest request) {
    NodePartitioner partition = partitions.get(registrar);
    AddressOfRecord aor = partition == null ? null : AddressOfRecord.of(request.uri());
    Cluster.Node home = partition == null || aor == null ? null : partition.elsewhere(request, aor);
    PeerNodes.Node node = home == null ? null : nodes.of(home.number());
    if (partition == null || home == null || node == null) {
      return null;
    }
    return new Home(
        node,
        NodePartitioner.relayHop(home.uri()).getBytes(StandardCharsets.UTF_8),
        partition.relays() ? null : NodePartitioner.contact(request, home.uri()));
  }

  /** True when the user belongs to another node. */
  boolean elsewhere(String registrar, AddressOfRecord aor) {
    NodePartitioner partition = partitions.get(registrar);
    return partition != null && partition.home(aor).number() != nodes.self();
  }
}
