// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Kind;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.net.CidrSet;
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

  private static final int BACKLOG = 1024;

  private final ListenerSettings settings;
  private final Layers layers;
  private final Berth berth;
  private final Listener listener;
  private final ListenerMeters meters;
  private final StreamAcceptor acceptor;
  private final PeerTable peers;
  private final CidrSet balancers;
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
    this.peers = new PeerTable(settings.lanes(berth.loops().size()));
    ProxyProtocolSettings proxies = settings.proxyProtocol();
    this.balancers = proxies == null ? CidrSet.NONE : CidrSet.of(proxies.from());
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
        Binding.prepare(channel, settings);
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
  public Flow flowTo(Peer peer) {
    return newConnection(peer, null, here());
  }

  @Override
  public @Nullable Flow openFlowTo(Peer peer) {
    return peers.open(peer, here());
  }

  // A message and the connection it takes are best served by one loop.
  private int here() {
    SelectorLoop loop = SelectorLoop.current();
    return loop == null ? 0 : loop.index() % berth.loops().size();
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

  PeerTable peers() {
    return peers;
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
    int loop = Math.floorMod(turn.getAndIncrement(), berth.loops().size());
    Peer peer = new Peer(listener.transport().name(), remote, null, null);
    newConnection(peer, channel, loop).adopt();
  }

  private StreamConnection newConnection(Peer peer, @Nullable SocketChannel channel, int loop) {
    return new StreamConnection(
        this, berth.loops().get(loop), berth.scratch(loop), peer, channel);
  }

  /** True for who must say, with a PROXY header, whom a connection really comes from. */
  boolean isBalancer(InetSocketAddress remote) {
    return balancers.contains(remote.getAddress());
  }

  /** Gives a socket that is about to connect what the settings ask for. */
  void mark(SocketChannel opening) throws IOException {
    Binding.mark(opening, settings);
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

  /**
   * Forgets a connection that has ended.
   *
   * @param source whom it was counted for; null when it was not
   */
  void left(StreamConnection connection, @Nullable InetAddress source) {
    peers.forget(connection);
    if (connections.remove(connection)) {
      count.decrementAndGet();
    }
    if (source != null) {
      leaveSource(source);
    }
  }
}
