// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The other Fairlead nodes: a phone that holds its flow with one of them is reached through it.
 * Shared: see docs/ownership.md.
 */
public interface PeerNodes {
  /** One node only. */
  PeerNodes NONE =
      new PeerNodes() {
        @Override
        public int self() {
          return 0;
        }

        @Override
        public @Nullable Node of(int number) {
          return null;
        }
      };

  /**
   * How another node is reached.
   *
   * @param transport {@code udp}
   * @param address one of its listeners
   * @param hostPort that listener as its own Record-Route names it, with parameters: {@code
   *     10.0.0.11:5060;transport=tcp}
   */
  record Node(String transport, InetSocketAddress address, String hostPort) {}

  /** The number of this node; 0 when there is one only. */
  int self();

  /** True when a URI is that of another node. */
  default boolean isNode(SipUri uri) {
    return false;
  }

  /** True when another node is at the end of a flow. */
  default boolean isNode(Flow flow) {
    return false;
  }

  /** The node with that number; null when it is not known or not there now. */
  @Nullable Node of(int number);
}
