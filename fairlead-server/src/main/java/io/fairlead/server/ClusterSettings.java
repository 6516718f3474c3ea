// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.Secret;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.ClusterNodeUri;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.store.SharedStoreSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What several nodes share. Immutable.
 *
 * @param node which of the nodes this one is
 * @param nodes all of them
 * @param keys seal routing cookies
 * @param store where they share their bindings
 */
public record ClusterSettings(
    @Setting(
            doc =
                "Which of cluster.nodes this one is. The only key of a cluster that differs from"
                    + " node to node, so it is often a variable.")
        @Nullable String node,
    @Setting(
            doc =
                "All nodes by name, and where the others reach each: it listens there. The same on"
                    + " every node.")
        Map<String, ClusterNodeUri> nodes,
    @Setting(
            doc =
                "The keys that seal routing cookies, one per line of 16 or more characters: the"
                    + " first signs, all verify. Cluster with the same keys route each other's"
                    + " dialogs. Without it a key is made at the first start and kept in state-dir,"
                    + " so that calls outlive a restart.")
        @Nullable Secret keys,
    @Setting(doc = "Where the nodes share who is where.") SharedStoreSettings store) {
  public ClusterSettings {
    if (keys != null) {
      try {
        CookieKeys.of(keys.lines());
      } catch (IllegalArgumentException e) {
        throw new SettingException("keys", String.valueOf(e.getMessage()));
      }
    }
    if (node != null && !nodes.containsKey(node)) {
      throw new SettingException("node", "`" + node + "` is not among cluster.nodes");
    }
    if (node == null && !nodes.isEmpty()) {
      throw new SettingException("node", "which of the nodes is this one?");
    }
    if (nodes.size() > 255) {
      throw new SettingException("nodes", "no more than 255 nodes");
    }
    if (nodes.size() > 1 && keys == null) {
      throw new SettingException("keys", "several nodes need the same keys");
    }
    if (store.redis() != null && node == null) {
      throw new SettingException("node", "a shared store needs cluster.node and cluster.nodes");
    }
  }

  /** The nodes, by number. */
  Cluster all() {
    return node == null ? Cluster.ALONE : Cluster.of(node, nodes);
  }
}
