// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.dialog.Cluster;
import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.Flow;

/**
 * A registrar that serves its own share of the users and sends the rest to the node they belong to.
 *
 * <p>Owned by one loop.
 */
final class PartitionedRegistrar implements RegisterHandler {
  private final RegisterHandler own;
  private final NodePartitioner partition;
  private final NodeForwarder relay;
  private final NodeRequestWriter wrongNode;
  private final RegisterResponses answers;

  PartitionedRegistrar(
      RegisterHandler own,
      NodePartitioner partition,
      RegistrarDependencies house,
      RegisterResponses answers) {
    this.own = own;
    this.partition = partition;
    this.relay = house.relay();
    this.wrongNode = new NodeRequestWriter(house.nodes(), house.keys());
    this.answers = answers;
  }

  @Override
  public void onRegister(Flow flow, SipRequest request, AddressOfRecord aor, Route route) {
    Cluster.Node home = partition.elsewhere(request, aor);
    if (home == null) {
      own.onRegister(flow, request, aor, route);
    } else if (partition.relays()) {
      relay.relay(flow, wrongNode.rewrite(flow, request, home));
    } else {
      answers
          .begin(flow, request, 302, "Moved Temporarily")
          .put(NodePartitioner.contact(request, home.uri()));
      answers.send(flow, request);
    }
  }
}
