// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.store.SharedCounts.NodeCount;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the other nodes have counted, each for itself, so that one that dies can be taken out.
 *
 * <p>A message is lines: the first has the node and a word, {@code full} when all it had before is
 * void, {@code more} else; each other is key, count and the key for people, with tabs between.
 *
 * <p>Owned by the keeper's thread.
 */
final class RemoteCounts {
  /** Who says nothing for so long has died: five beats. */
  static final long SILENCE_NS = 5_000_000_000L;

  private static final class Node {
    final Map<String, NodeCount> counts = new HashMap<>();
    long heardNs;
  }

  private final SharedCounts local;
  private final String own;
  private final int most;
  private final Map<String, Node> nodes = new HashMap<>();

  /**
   * @param own this node
   * @param most how many counts of a node are kept
   */
  RemoteCounts(SharedCounts local, String own, int most) {
    this.local = local;
    this.own = own;
    this.most = most;
  }

  /** The message of some counts. */
  static byte[] message(String node, boolean full, List<NodeCount> counts) {
    StringBuilder text = new StringBuilder(node).append('\t').append(full ? "full" : "more");
    for (NodeCount each : counts) {
      text.append('\n').append(each.key()).append('\t').append(value(each));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Count and key for people, as they stand in Redis. */
  static String value(NodeCount count) {
    return count.count() + "\t" + count.shown().replaceAll("\\p{Cntrl}", " ");
  }

  /** Takes a message; what is none is passed over. */
  void heard(byte[] message, long nowNs) {
    List<String> lines = new String(message, StandardCharsets.UTF_8).lines().toList();
    String[] head = lines.isEmpty() ? new String[0] : lines.getFirst().split("\t", -1);
    if (head.length != 2 || head[0].equals(own)) {
      return;
    }
    Map<String, String> values = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int tab = line.indexOf('\t');
      if (tab > 0) {
        values.put(line.substring(0, tab), line.substring(tab + 1));
      }
    }
    take(head[0], head[1].equals("full"), values, nowNs);
  }

  /**
   * Takes counts of a node.
   *
   * @param full they are all it has
   */
  void take(String from, boolean full, Map<String, String> values, long nowNs) {
    Node node = nodes.get(from);
    if (node == null) {
      node = new Node();
      nodes.put(from, node);
      tellNodes();
    }
    node.heardNs = nowNs;
    Set<String> touched = new HashSet<>(values.keySet());
    if (full) {
      touched.addAll(node.counts.keySet());
      node.counts.clear();
    }
    for (Map.Entry<String, String> each : values.entrySet()) {
      NodeCount count = read(each.getKey(), each.getValue());
      if (count != null && count.count() > 0 && node.counts.size() < most) {
        node.counts.put(each.getKey(), count);
      } else {
        node.counts.remove(each.getKey());
      }
    }
    touched.forEach(this::tell);
  }

  private static @Nullable NodeCount read(String key, String value) {
    int tab = value.indexOf('\t');
    if (tab < 1 || !value.substring(0, tab).matches("[0-9]{1,7}")) {
      return null;
    }
    return new NodeCount(key, Integer.parseInt(value.substring(0, tab)), value.substring(tab + 1));
  }

  /** Takes out who has not been heard. */
  void bury(long nowNs) {
    for (String name : List.copyOf(nodes.keySet())) {
      Node node = nodes.get(name);
      if (node != null && nowNs - node.heardNs > SILENCE_NS) {
        forget(name);
      }
    }
  }

  /** Nothing of the others counts any more. */
  void forgetAll() {
    List.copyOf(nodes.keySet()).forEach(this::forget);
  }

  private void forget(String name) {
    Node gone = nodes.remove(name);
    if (gone != null) {
      gone.counts.keySet().forEach(this::tell);
      tellNodes();
    }
  }

  /** Says all of it again, for what was lost on the way to the tables. */
  void again() {
    Set<String> keys = new HashSet<>();
    nodes.values().forEach(node -> keys.addAll(node.counts.keySet()));
    keys.forEach(this::tell);
  }

  /** The other nodes that live. */
  Set<String> names() {
    return Set.copyOf(nodes.keySet());
  }

  private void tell(String key) {
    local.elsewhere(sum(key));
  }

  private NodeCount sum(String key) {
    int sum = 0;
    String shown = "";
    for (Node each : nodes.values()) {
      NodeCount count = each.counts.get(key);
      if (count != null) {
        sum += count.count();
        shown = count.shown();
      }
    }
    return new NodeCount(key, sum, shown);
  }

  private void tellNodes() {
    local.nodes(nodes.size() + 1);
  }
}
