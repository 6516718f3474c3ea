// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.ReadyListener;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.loop.Timer;
import io.fairlead.transport.ListenerMeters.Drop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the connections of one listener and hands them out.
 *
 * <p>Owned by one loop.
 */
final class StreamAcceptor implements ReadyListener {
  private static final Logger LOG = LoggerFactory.getLogger(StreamAcceptor.class);
  private static final int BATCH = 64;
  private static final long PAUSE_NS = 1_000_000_000L;

  private final StreamTransport port;
  private final ServerSocketChannel channel;
  private final SelectorLoop loop;
  private final Timer resume = Timer.of(this::resume);
  private @Nullable SelectionKey key;

  StreamAcceptor(StreamTransport port, ServerSocketChannel channel, SelectorLoop loop) {
    this.port = port;
    this.channel = channel;
    this.loop = loop;
  }

  void start() {
    loop.execute(() -> {
      try {
        key = loop.register(channel, SelectionKey.OP_ACCEPT, this);
      } catch (ClosedChannelException e) {
        LOG.debug("{}: closed before it was started", port.listener().name());
      }
    });
  }

  void close() {
    SocketBinder.close(channel);
  }

  @Override
  public void onReady(SelectionKey ready) {
    for (int i = 0; i < BATCH; i++) {
      try {
        SocketChannel accepted = channel.accept();
        if (accepted == null) {
          return;
        }
        take(accepted);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // Out of descriptors: the connection stays ready to accept, so without a pause the loop
        // would spin.
        LOG.warn("{}: cannot accept connections: {}", port.listener().name(), e.getMessage());
        loop.interest(ready, 0);
        loop.timers().schedule(resume, PAUSE_NS);
        return;
      }
    }
  }

  private void resume() {
    if (key != null && key.isValid()) {
      loop.interest(key, SelectionKey.OP_ACCEPT);
    }
  }

  private void take(SocketChannel accepted) {
    try {
      accepted.configureBlocking(false);
      InetSocketAddress remote = (InetSocketAddress) accepted.getRemoteAddress();
      if (port.isBalancer(remote)) {
        port.accepted(accepted, remote);
        return;
      }
      if (port.admits(remote.getAddress(), loop.nowNs())) {
        if (port.enterSource(remote.getAddress())) {
          port.accepted(accepted, remote);
          return;
        }
        port.meters().dropped(Drop.MAX_CONNECTIONS_PER_SOURCE);
      }
    } catch (IOException e) {
      LOG.debug(
          "{}: a connection ended before it was taken: {}", port.listener().name(), e.toString());
    }
    SocketBinder.close(accepted);
  }
}
