// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.loop.ReadyListener;
import io.fairlead.loop.SelectorLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP socket for control messages on a loop. Bound or connected at once, so that errors show
 * before anything runs.
 *
 * <p>Owned by one loop.
 */
public final class DatagramPort implements Datagrams, ReadyListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramPort.class);
  private static final int LARGEST = 65_535;
  // A burst of requests while the loop is at work elsewhere.
  private static final int KERNEL_BUFFER = 1 << 20;
  // Then other sockets of the loop have their turn.
  private static final int BATCH = 64;

  private final DatagramChannel channel;
  private final SelectorLoop loop;
  private final ByteBuffer in = ByteBuffer.allocate(LARGEST);
  private @Nullable Receiver receiver;

  /** Who is given what comes in. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * A datagram came.
     *
     * @param bytes valid until the method returns
     * @param length how many of them
     * @param from who sent it
     */
    void onDatagram(byte[] bytes, int length, InetSocketAddress from);
  }

  private DatagramPort(SelectorLoop loop, DatagramChannel channel) {
    this.loop = loop;
    this.channel = channel;
  }

  /**
   * One that hears everybody.
   *
   * @throws UncheckedIOException when the address cannot be bound
   */
  public static DatagramPort bound(SelectorLoop loop, InetSocketAddress local) {
    return open(loop, local, false);
  }

  /**
   * One that speaks with that peer alone.
   *
   * @throws UncheckedIOException when there is no way to it
   */
  public static DatagramPort connected(SelectorLoop loop, InetSocketAddress remote) {
    return open(loop, remote, true);
  }

  private static DatagramPort open(SelectorLoop loop, InetSocketAddress address, boolean connect) {
    try {
      DatagramChannel channel = DatagramChannel.open();
      try {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, KERNEL_BUFFER);
        channel.configureBlocking(false);
        if (connect) {
          channel.connect(address);
        } else {
          channel.bind(address);
        }
        return new DatagramPort(loop, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("udp:" + address + ": " + e.getMessage(), e);
    }
  }

  /** Begins to read; from any thread. */
  public void start(Receiver whoReceives) {
    loop.execute(() -> {
      receiver = whoReceives;
      try {
        loop.register(channel, SelectionKey.OP_READ, this);
      } catch (ClosedChannelException e) {
        LOG.debug("closed before it was read", e);
      }
    });
  }

  /** Where it is bound. */
  public InetSocketAddress address() {
    try {
      return (InetSocketAddress) channel.getLocalAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onReady(SelectionKey key) {
    for (int i = 0; i < BATCH && channel.isOpen(); i++) {
      in.clear();
      try {
        SocketAddress from = channel.receive(in);
        if (from == null) {
          return;
        }
        if (receiver != null && from instanceof InetSocketAddress source) {
          receiver.onDatagram(in.array(), in.position(), source);
        }
      } catch (PortUnreachableException e) {
        // Nobody is there: what was asked stays without answer, and that is counted.
        LOG.trace("unreachable", e);
      } catch (IOException e) {
        LOG.debug("reading failed", e);
        return;
      }
    }
  }

  @Override
  public void send(byte[] bytes, InetSocketAddress to) {
    try {
      if (channel.send(ByteBuffer.wrap(bytes), to) == 0) {
        LOG.debug("no room to send {} bytes to {}", bytes.length, to);
      }
    } catch (IOException e) {
      // As a datagram that is lost on its way: the peer, or we, ask again.
      LOG.debug("sending to {} failed", to, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing failed", e);
    }
  }
}
