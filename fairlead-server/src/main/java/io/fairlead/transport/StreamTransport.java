// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Kind;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.observe.Meter;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A transport with connections (RFC 3261 §18): one listening socket, and connections in both
 * directions spread over the loops. What runs over them is the {@link Layers}' affair.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class StreamTransport implements Port {
  static final Outlet TCP =
      new Outlet(
          Transports.TCP,
          new Kind<>(
              "tcp",
              "SIP over TCP connections (RFC 3261 §18).",
              ListenerSettings.class,
              (settings, berth) ->
                  open(Transports.TCP, settings, berth, new Layers(null, SipFraming::new))));

  static final Outlet WS =
      new Outlet(
          Transports.WS,
          new Kind<>(
              "ws",
              "SIP over WebSocket, for browsers (RFC 7118).",
              ListenerSettings.class,
              (settings, berth) ->
                  open(Transports.WS, settings, berth, new Layers(null, WebSocketFraming::new))));

  private static final int BACKLOG = 1024;

  private final ListenerSettings settings;
  private final Layers layers;
  private final Berth berth;
  private final Listener listener;
  private final ListenerMeters meters;
  private final StreamAcceptor acceptor;
  // By remote address, for reuse; a peer may have more than one, of which the first counts.
  private final Map<InetSocketAddress, StreamConnection> byRemote = new ConcurrentHashMap<>();
  private final Set<StreamConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final Map<InetAddress, Integer> perSource = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile @Nullable FlowListener upper;

  private StreamTransport(
      Transport transport,
      ListenerSettings settings,
      Berth berth,
      Layers layers,
      ServerSocketChannel channel)
      throws IOException {
    this.settings = settings;
    this.berth = berth;
    this.layers = layers;
    listener = Binding.listener(transport, settings, berth.index(), channel.getLocalAddress());
    meters = new ListenerMeters(berth.meters(), listener.name());
    acceptor =
        new StreamAcceptor(this, channel, berth.loops().get(berth.index() % berth.loops().size()));
    berth.meters().gauge(Meter.LISTENER_CONNECTIONS, count::get, listener.name());
  }

  static Port open(Transport transport, ListenerSettings settings, Berth berth, Layers layers) {
    InetSocketAddress address = settings.bind().socketAddress();
    boolean ipv6 = address.getAddress() instanceof Inet6Address;
    try {
      ServerSocketChannel channel = ServerSocketChannel.open(family(ipv6));
      try {
        channel.configureBlocking(false);
        LinuxSockets.ipv6Only(channel, ipv6);
        channel.bind(address, BACKLOG);
        return new StreamTransport(transport, settings, berth, layers, channel);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Binding.refused(settings.bind(), e);
    }
  }

  static StandardProtocolFamily family(boolean ipv6) {
    return ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }

  @Override
  public Listener listener() {
    return listener;
  }

  @Override
  public void start(FlowListener listener) {
    upper = listener;
    acceptor.start();
  }

  @Override
  public Flow flowTo(InetSocketAddress remote) {
    return newConnection(remote, null);
  }

  @Override
  public @Nullable Flow openFlowTo(InetSocketAddress remote) {
    StreamConnection connection = byRemote.get(remote);
    return connection != null && connection.open() ? connection : null;
  }

  @Override
  public void close() {
    acceptor.close();
    upper = null;
    connections.forEach(connection -> connection.close("shutting down"));
    for (SelectorLoop loop : berth.loops().all()) {
      if (loop.running() && !loop.inLoop()) {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(done::countDown);
        Binding.await(done);
      }
    }
  }

  Layers layers() {
    return layers;
  }

  ListenerSettings settings() {
    return settings;
  }

  ListenerMeters meters() {
    return meters;
  }

  Connections connections() {
    return berth.connections();
  }

  /** The room above, or null before the start and after the end. */
  @Nullable FlowListener upper() {
    return upper;
  }

  /** Takes a connection over on one of the loops. */
  void accepted(SocketChannel channel, InetSocketAddress remote) {
    newConnection(remote, channel).adopt();
  }

  private StreamConnection newConnection(
      InetSocketAddress remote, @Nullable SocketChannel channel) {
    int index = Math.floorMod(turn.getAndIncrement(), berth.loops().size());
    return new StreamConnection(
        this, berth.loops().get(index), berth.scratch(index), remote, channel);
  }

  /** The connection to be used to that peer from now on: this one, unless there is one already. */
  StreamConnection claim(StreamConnection connection) {
    StreamConnection first =
        byRemote.compute(
            connection.remote(), (remote, old) -> old != null && old.open() ? old : connection);
    return first == null ? connection : first;
  }

  /** Offers an accepted connection for messages to its peer. */
  void offer(StreamConnection connection) {
    byRemote.putIfAbsent(connection.remote(), connection);
  }

  /** Counts a connection in; false when there are too many. */
  boolean enter(StreamConnection connection) {
    if (count.incrementAndGet() > settings.maxConnections()) {
      count.decrementAndGet();
      return false;
    }
    connections.add(connection);
    return true;
  }

  /** True when the address has no more accepted connections than it may; counts one in. */
  boolean enterSource(InetAddress source) {
    int now = perSource.merge(source, 1, Integer::sum);
    if (now > settings.maxConnectionsPerSource()) {
      leaveSource(source);
      return false;
    }
    return true;
  }

  void leaveSource(InetAddress source) {
    perSource.computeIfPresent(source, (address, n) -> n == 1 ? null : n - 1);
  }

  /** Forgets a connection that has ended. */
  void left(StreamConnection connection, boolean inbound) {
    byRemote.remove(connection.remote(), connection);
    if (connections.remove(connection)) {
      count.decrementAndGet();
    }
    if (inbound) {
      leaveSource(connection.remote().getAddress());
    }
  }
}
