// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.util.HashSet;
import java.util.List;

/**
 * How the users of a registrar are spread over nodes. Immutable.
 *
 * @param nodes their names
 * @param wrongNode what a node does with a request for another one
 */
public record PartitionSettings(
    @Setting(
            doc =
                "The nodes of cluster.nodes the users are spread over, each user at one of them. A"
                    + " node that is added or taken out moves its own share of the users only.")
        List<String> nodes,
    @Setting(
            value = "redirect",
            doc =
                "What a node does with a request for another node's user. redirect: answers 302"
                    + " with the right node, which phones that keep to it then use. relay: passes"
                    + " it on, for phones that do not follow a redirect.")
        WrongNode wrongNode) {
  /** What a node does with a request for another one. */
  public enum WrongNode {
    REDIRECT,
    RELAY
  }

  public PartitionSettings {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new SettingException("nodes", "at least one node is needed");
    }
    if (new HashSet<>(nodes).size() < nodes.size()) {
      throw new SettingException("nodes", "a node stands here twice");
    }
  }
}
