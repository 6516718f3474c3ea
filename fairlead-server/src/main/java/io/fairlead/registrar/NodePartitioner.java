// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.ClusterNodeUri;
import io.fairlead.pool.balance.StableHash;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.store.AddressOfRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which node a user belongs to: the one with the highest mix of node and user (rendezvous hashing),
 * so that all nodes agree without a word and a node more or less moves its own share only. A
 * request at the wrong node is redirected or relayed; one that was relayed stays where it is.
 *
 * <p>Immutable.
 */
public final class NodePartitioner {
  /** Parameter of the Route of a relayed request. */
  private static final byte[] RELAYED = "fl-relayed".getBytes(StandardCharsets.US_ASCII);

  private record Share(Cluster.Node node, long seed) {}

  private final Cluster nodes;
  private final boolean relays;
  private final List<Share> shares = new ArrayList<>();

  /**
   * @param nodes all of the cluster; those that the settings name must be among them
   */
  public NodePartitioner(PartitionSettings settings, Cluster nodes) {
    this.nodes = nodes;
    this.relays = settings.wrongNode() == PartitionSettings.WrongNode.RELAY;
    for (String name : settings.nodes()) {
      Cluster.Node node = nodes.node(name);
      if (node == null) {
        throw new IllegalStateException("no node `" + name + "` in the cluster");
      }
      shares.add(new Share(node, StableHash.of(name)));
    }
  }

  /** The node the user belongs to. */
  public Cluster.Node home(AddressOfRecord aor) {
    long user = StableHash.of(aor.bytes(), 0, aor.bytes().length);
    Share best = shares.getFirst();
    long highest = StableHash.of(user ^ best.seed);
    for (Share share : shares) {
      long weight = StableHash.of(user ^ share.seed);
      if (weight > highest) {
        best = share;
        highest = weight;
      }
    }
    return best.node;
  }

  /** Where a request belongs instead of here; null when it stays. */
  public Cluster.@Nullable Node elsewhere(SipRequest request, AddressOfRecord aor) {
    Cluster.Node home = home(aor);
    return nodes.isOwn(home.number()) || wasRelayed(request) ? null : home;
  }

  /** True when a request for elsewhere is passed on, false when its sender is told. */
  public boolean relays() {
    return relays;
  }

  /**
   * The Contact of a 302 (RFC 3261 §21.3.3): the same request-URI, so that it still names the
   * user's domain, by way of the right node. Not 301: the user's node is another one when the nodes
   * change.
   */
  public static String contact(SipRequest request, ClusterNodeUri node) {
    SipUri asked = new SipUri();
    asked.parse(request.bytes(), request.uriFrom(), request.uriTo());
    String user =
        asked.hasUser()
            ? new String(
                    request.bytes(),
                    asked.userFrom(),
                    asked.userTo() - asked.userFrom(),
                    StandardCharsets.UTF_8)
                + "@"
            : "";
    return "Contact: <sip:%s%s:%d;maddr=%s;transport=%s>\r\n"
        .formatted(user, asked.host(), node.port(), node.host(), node.transport());
  }

  /** The Route of a request relayed to a node. */
  public static String relayRoute(ClusterNodeUri node) {
    return "Route: " + relayHop(node) + "\r\n";
  }

  /** Its value. */
  public static String relayHop(ClusterNodeUri node) {
    return "<sip:" + node.hostPort() + ";lr;fl-relayed>";
  }

  // Whoever forges the mark gets what the right node would have done, from this one.
  private static boolean wasRelayed(SipRequest request) {
    NameAddr element = new NameAddr();
    SipUri route = new SipUri();
    byte[] bytes = request.bytes();
    for (int i = request.first(HeaderName.ROUTE); i >= 0; i = request.next(HeaderName.ROUTE, i)) {
      int from = request.valueStart(i);
      while (from >= 0) {
        if (!element.parse(bytes, from, request.valueEnd(i))) {
          return false;
        }
        if (route.parse(bytes, element.uriFrom(), element.uriTo()) && route.hasParam(RELAYED)) {
          return true;
        }
        from = element.nextElement(request.valueEnd(i));
      }
    }
    return false;
  }
}
