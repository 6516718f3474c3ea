// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that share locations, and which of them this one is. A node's number follows from its
 * name, so that all nodes agree and a node that joins or leaves does not renumber the others (but
 * for the rare two whose names collide). Immutable.
 */
public final class Cluster {
  /** There is one node only. */
  public static final Cluster ALONE = new Cluster(0, List.of());

  private static final int NUMBERS = 255;
  private static final int USUAL_PORT = 5060;

  /**
   * One node.
   *
   * @param number 1 to 255
   * @param name as configured
   * @param uri where the others reach it
   */
  public record Node(int number, String name, ClusterNodeUri uri) {}

  private final int own;
  private final List<Node> all;
  private final @Nullable Node[] byNumber = new Node[NUMBERS + 1];
  private final InetAddress[] addresses;

  private Cluster(int own, List<Node> all) {
    this.own = own;
    this.all = List.copyOf(all);
    this.addresses =
        all.stream().map(each -> each.uri().address().getAddress()).toArray(InetAddress[]::new);
    for (Node node : all) {
      byNumber[node.number()] = node;
    }
  }

  /**
   * The nodes of a cluster.
   *
   * @param own the name of this one
   * @throws IllegalArgumentException when it is not among them, or there are too many
   */
  public static Cluster of(String own, Map<String, ClusterNodeUri> uris) {
    if (!uris.containsKey(own) || uris.size() > NUMBERS) {
      throw new IllegalArgumentException("no node `" + own + "`, or more than " + NUMBERS);
    }
    List<Node> nodes = new ArrayList<>();
    boolean[] taken = new boolean[NUMBERS];
    int ownNumber = 0;
    // In the order of the names: every node comes to the same numbers.
    for (Map.Entry<String, ClusterNodeUri> each : new TreeMap<>(uris).entrySet()) {
      int slot = hash(each.getKey());
      while (taken[slot]) {
        slot = (slot + 1) % NUMBERS;
      }
      taken[slot] = true;
      nodes.add(new Node(slot + 1, each.getKey(), each.getValue()));
      ownNumber = each.getKey().equals(own) ? slot + 1 : ownNumber;
    }
    return new Cluster(ownNumber, nodes);
  }

  // FNV-1a, folded: the same in every process.
  private static int hash(String name) {
    int hash = 0x811c9dc5;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b & 0xff) * 0x01000193;
    }
    return Integer.remainderUnsigned(hash ^ hash >>> 15, NUMBERS);
  }

  /** This node's number, 0 when there is one node only. */
  public int own() {
    return own;
  }

  /** True when a binding's flow is here. */
  public boolean isOwn(int number) {
    return number == own || own == 0;
  }

  /** The node of that number; null when there is none, such as one that was taken out. */
  public @Nullable Node node(int number) {
    return number < 1 || number > NUMBERS ? null : byNumber[number];
  }

  /** The node of that name; null when there is none. */
  public @Nullable Node node(String name) {
    for (Node node : all) {
      if (node.name().equals(name)) {
        return node;
      }
    }
    return null;
  }

  /** True when a URI is that of another node. */
  public boolean isNode(SipUri uri) {
    int port = uri.port() < 0 ? USUAL_PORT : uri.port();
    for (Node node : all) {
      if (node.number() != own
          && node.uri().port() == port
          && node.uri().host().equalsIgnoreCase(uri.host())) {
        return true;
      }
    }
    return false;
  }

  /**
   * True when another node is at the end of a flow. A connection that the node opened comes from
   * any port.
   */
  public boolean isNode(Flow flow) {
    InetSocketAddress there = flow.remote();
    for (int i = 0; i < all.size(); i++) {
      Node node = all.get(i);
      if (node.number() != own
          && (node.uri().port() == there.getPort() || flow.transport().reliable())
          && addresses[i].equals(there.getAddress())) {
        return true;
      }
    }
    return false;
  }

  /** All of them, in the order of their names. */
  public List<Node> all() {
    return all;
  }
}
