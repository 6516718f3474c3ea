// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.util.function.Consumer;

/**
 * Counts that nodes share, as whoever counts gives and takes them. Called by the keeper's thread
 * alone.
 */
public interface SharedCounts {
  /**
   * One count of a node.
   *
   * @param key the same on all nodes; no tab and no line break in it
   * @param count 0 when it is gone
   * @param shown the key for people
   */
  record NodeCount(String key, int count, String shown) {}

  /** Gives those of this node that have changed since it was asked last. */
  void changed(Consumer<NodeCount> to);

  /** Gives all of this node that are not 0. */
  void all(Consumer<NodeCount> to);

  /** The other nodes have so many together. */
  void elsewhere(NodeCount sum);

  /**
   * So many nodes count together.
   *
   * @param nodes those that live, this one included
   */
  void nodes(int nodes);
}
