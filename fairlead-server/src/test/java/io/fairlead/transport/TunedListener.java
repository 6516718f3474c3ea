// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.ByteSize;
import io.fairlead.transport.tls.TlsSettings;
import io.fairlead.transport.websocket.WebSocketSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Listener settings with a few changes. */
final class TunedListener {
  String bind;
  int maxMessageSize = ListenerSettings.LARGEST_MESSAGE;
  Duration connectTimeout = Duration.ofSeconds(2);
  Duration messageTimeout = Duration.ofSeconds(30);
  Duration idleTimeout = Duration.ofMinutes(10);
  Duration handshakeTimeout = Duration.ofSeconds(10);
  int writeBuffer = 1 << 20;
  int maxConnections = 20_000;
  int maxConnectionsPerSource = 20_000;
  int stunRate = 20_000;
  @Nullable TlsSettings tls;
  @Nullable WebSocketSettings websocket;

  @Nullable Integer connectionsPerPeer;
  @Nullable Boolean alias;
  @Nullable Integer dscp;
  boolean floating;
  @Nullable ProxyProtocolSettings proxyProtocol;

  TunedListener(String bind) {
    this.bind = bind;
  }

  ListenerSettings settings() {
    return new ListenerSettings(
        BindAddress.parse(bind),
        "tuned",
        null,
        new ByteSize(1 << 20),
        new ByteSize(1 << 20),
        64,
        stunRate,
        new ByteSize(maxMessageSize),
        connectTimeout,
        messageTimeout,
        idleTimeout,
        new ByteSize(writeBuffer),
        maxConnections,
        maxConnectionsPerSource,
        connectionsPerPeer,
        alias,
        handshakeTimeout,
        null,
        dscp,
        floating,
        tls,
        websocket,
        proxyProtocol);
  }
}
