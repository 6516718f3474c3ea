// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.transport.ListenerMeters.Drop;
import io.fairlead.transport.proxyprotocol.ProxyHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * For whom an accepted connection counts: who connected or, when that is a load balancer, whom its
 * PROXY header names.
 *
 * <p>Owned by one loop.
 */
final class ConnectionSource {
  private final StreamConnection connection;
  private final StreamTransport port;
  private @Nullable ProxyHeader header;
  private @Nullable InetAddress counted;

  ConnectionSource(StreamConnection connection, StreamTransport port) {
    this.connection = connection;
    this.port = port;
    boolean inbound = connection.inbound();
    this.header = inbound && port.isBalancer(connection.remote()) ? new ProxyHeader() : null;
    this.counted = inbound && header == null ? connection.remote().getAddress() : null;
  }

  /** False as long as a header has to come, before all layers. */
  boolean known() {
    return header == null;
  }

  /** The address that it counts for; null for none. */
  @Nullable InetAddress counted() {
    return counted;
  }

  /**
   * Reads what a load balancer says of the connection, and gives how much that was. The source may
   * be known then; a violation ends the connection.
   */
  int read(byte[] bytes, int count, LayeredConnection carrier) {
    ProxyHeader expected = header;
    if (expected == null) {
      return 0;
    }
    return switch (expected.read(bytes, 0, count)) {
      case MORE -> count;
      case BROKEN -> {
        carrier.violated(
            Drop.PROXY_PROTOCOL, "no PROXY header, or a broken one, from a load balancer");
        yield count;
      }
      case SOURCE, NO_SOURCE -> {
        InetSocketAddress source = expected.source();
        if (source != null) {
          connection.comesFrom(source);
        }
        count(carrier);
        yield expected.consumed();
      }
    };
  }

  private void count(LayeredConnection carrier) {
    InetAddress source = connection.remote().getAddress();
    if (!port.admits(source, connection.loop().nowNs())) {
      carrier.end("its source is not heard");
    } else if (port.enterSource(source)) {
      counted = source;
      header = null;
    } else {
      carrier.violated(Drop.MAX_CONNECTIONS_PER_SOURCE, "too many connections from its source");
    }
  }
}
