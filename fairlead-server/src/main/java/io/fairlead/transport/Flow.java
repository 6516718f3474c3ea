// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.net.SourceKey;
import java.net.InetSocketAddress;

/**
 * The path a message came by, or goes by: local address, remote address, transport, and for TCP the
 * connection (RFC 5626 §1). Two flows are equal when a message sent on either takes the same path.
 * Flows are immutable to their users and may be kept and used from any loop.
 */
public interface Flow {
  /** Where it enters or leaves Fairlead. */
  Listener listener();

  /** The peer's address as seen on the wire: the packet's source. */
  InetSocketAddress remote();

  /** The peer's address as a source of messages, {@link SourceKey}. */
  default long source() {
    return SourceKey.of(remote().getAddress());
  }

  /**
   * Sends one whole message. Never blocks. The bytes are copied or written before it returns. What
   * cannot be delivered (connect refused, reset, queue full, ICMP unreachable) comes back to {@link
   * FlowListener#onUndeliverable} later, never from within this call, on any loop. A full UDP send
   * buffer drops the message, which is counted only: to the peer it is as if the network had lost
   * it.
   */
  void send(byte[] bytes, int from, int to);

  /** False once a connection has ended; always true for UDP. */
  boolean open();

  /**
   * The number of the connection, never given twice, also not by the next process; 0 for UDP, and
   * for a connection that is only planned.
   */
  default long connection() {
    return 0;
  }

  /**
   * Asks the peer for a sign of life in the way of the transport: an empty line, CRLF CRLF, over
   * TCP, which a peer that follows RFC 5626 §3.5.1 answers with CRLF. Does nothing over UDP, and
   * when the connection is not open: what is pinged is what is there.
   *
   * @param recentNs a ping that was sent less than this ago, by whomever, is not sent again: its
   *     answer counts
   * @param listener told of the answer; nothing is said when none comes
   */
  default void ping(long recentNs, PongListener listener) {}

  /**
   * How long ago the peer kept this flow alive by itself, in the way of a transport without
   * connections: a STUN request that was answered (RFC 5626 §4.4.2). {@code Long.MAX_VALUE} when it
   * never did, or that is no longer known.
   */
  default long keptAliveNsAgo(long nowNs) {
    return Long.MAX_VALUE;
  }

  /**
   * The peer says that it listens at that port of its address, and that what goes there may take
   * this connection (RFC 5923 §5). Heard of connections that the peer has opened. On the loop where
   * its messages are read.
   */
  default void alias(int port) {}

  /** The listener's transport. */
  default Transport transport() {
    return listener().transport();
  }
}
