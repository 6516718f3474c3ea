// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one listener by whom they reach, for reuse. To one peer there is at most one
 * of ours in each lane; a loop always takes the same lane. Where that lane has none, a connection
 * that the peer has opened serves: one from the very address, or one whose peer has said that it
 * listens there (RFC 5923).
 *
 * <p>Shared: see docs/ownership.md.
 */
final class PeerConnections {
  private final List<Map<Peer, StreamConnection>> lanes;
  // A peer may have more than one, of which the first counts.
  private final Map<InetSocketAddress, StreamConnection> accepted = new ConcurrentHashMap<>();
  private final Map<InetSocketAddress, StreamConnection> aliases = new ConcurrentHashMap<>();

  PeerConnections(int lanes) {
    this.lanes =
        IntStream.range(0, lanes)
            .<Map<Peer, StreamConnection>>mapToObj(i -> new ConcurrentHashMap<>())
            .toList();
  }

  /** An open connection to the peer for that loop. */
  @Nullable StreamConnection open(Peer peer, int loop) {
    StreamConnection own = lane(loop).get(peer);
    if (own != null && own.open()) {
      return own;
    }
    StreamConnection from = accepted.get(peer.address());
    // Whoever asks for no proof means the one who is there, such as a phone.
    boolean anyone = peer.domain() == null && peer.tls() == null;
    if (from != null && from.open() && (anyone || from.speaksFor(peer))) {
      return from;
    }
    StreamConnection offered = aliases.isEmpty() ? null : aliases.get(peer.address());
    return offered != null && offered.open() && offered.speaksFor(peer) ? offered : null;
  }

  private Map<Peer, StreamConnection> lane(int loop) {
    return lanes.get(loop % lanes.size());
  }

  /** The connection to be used to that peer from now on: this one, unless there is one already. */
  StreamConnection claim(StreamConnection connection) {
    StreamConnection first =
        lane(connection.loop().index())
            .compute(
                connection.reach(), (peer, old) -> old != null && old.open() ? old : connection);
    return first == null ? connection : first;
  }

  /** Offers an accepted connection for messages to its peer. */
  void offer(StreamConnection connection) {
    accepted.putIfAbsent(connection.remote(), connection);
  }

  /** Offers it for messages to another port of its peer; the newest counts. */
  void alias(StreamConnection connection, int before, int port) {
    aliases.remove(at(connection, before), connection);
    aliases.put(at(connection, port), connection);
  }

  private static InetSocketAddress at(StreamConnection connection, int port) {
    return new InetSocketAddress(connection.remote().getAddress(), port);
  }

  /** Forgets one that has ended. */
  void forget(StreamConnection connection) {
    if (connection.inbound()) {
      accepted.remove(connection.remote(), connection);
      if (connection.alias() != 0) {
        aliases.remove(at(connection, connection.alias()), connection);
      }
    } else {
      lane(connection.loop().index()).remove(connection.reach(), connection);
    }
  }
}
