// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Plugin;
import io.fairlead.linux.LinuxSockets;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.net.CidrSet;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Meter;
import io.fairlead.transport.tls.BadCertificateException;
import io.fairlead.transport.tls.ListenerEngines;
import io.fairlead.transport.tls.TlsClientSettings;
import io.fairlead.transport.tls.TlsRuntime;
import io.fairlead.transport.tls.TlsSettings;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transport with connections (RFC 3261 §18): one listening socket, and connections in both
 * directions spread over the loops. What runs over them is the {@link ConnectionLayers}' affair.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class StreamTransport implements OpenListener {
  static final TransportPlugin TCP =
      new TransportPlugin(
          Transports.TCP,
          new Plugin<>(
              "tcp",
              "SIP over TCP connections (RFC 3261 §18).",
              ListenerSettings.class,
              (settings, berth) ->
                  open(
                      Transports.TCP,
                      settings,
                      berth,
                      new ConnectionLayers(null, SipFraming::new))));

  static final TransportPlugin TLS =
      new TransportPlugin(
          Transports.TLS,
          new Plugin<>(
              "tls",
              "SIP over TLS 1.2 and 1.3 (RFC 3261 §26.3). It needs `tls`.",
              ListenerSettings.class,
              (settings, berth) -> openSecure(Transports.TLS, settings, berth, SipFraming::new)));

  static final TransportPlugin WS =
      new TransportPlugin(
          Transports.WS,
          new Plugin<>(
              "ws",
              "SIP over WebSocket, for browsers (RFC 7118).",
              ListenerSettings.class,
              (settings, berth) ->
                  open(
                      Transports.WS,
                      settings,
                      berth,
                      new ConnectionLayers(null, WebSocketFraming::new))));

  static final TransportPlugin WSS =
      new TransportPlugin(
          Transports.WSS,
          new Plugin<>(
              "wss",
              "SIP over WebSocket over TLS, for browsers (RFC 7118). It needs `tls`.",
              ListenerSettings.class,
              (settings, berth) ->
                  openSecure(Transports.WSS, settings, berth, WebSocketFraming::new)));

  private static final int BACKLOG = 1024;

  private final ListenerSettings settings;
  private final ConnectionLayers layers;
  private final @Nullable ListenerEngines desk;
  private final TransportTools berth;
  private final Listener listener;
  private final ListenerMeters meters;
  private final StreamAcceptor acceptor;
  private final PeerConnections peers;
  private final CidrSet balancers;
  private final Set<StreamConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final Map<InetAddress, Integer> perSource = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile @Nullable FlowListener upper;
  private volatile SourceGate gate = SourceGate.OPEN;

  private StreamTransport(
      Transport transport,
      ListenerSettings settings,
      TransportTools berth,
      ConnectionLayers layers,
      ServerSocketChannel channel,
      @Nullable ListenerEngines desk)
      throws IOException {
    this.settings = settings;
    this.berth = berth;
    this.layers = layers;
    this.desk = desk;
    this.peers = new PeerConnections(settings.lanes(berth.loops().size()));
    ProxyProtocolSettings proxies = settings.proxyProtocol();
    this.balancers = proxies == null ? CidrSet.NONE : CidrSet.of(proxies.from());
    listener = SocketBinder.listener(transport, settings, berth.index(), channel.getLocalAddress());
    meters = new ListenerMeters(berth.meters(), listener.name(), transport.secure());
    acceptor =
        new StreamAcceptor(this, channel, berth.loops().get(berth.index() % berth.loops().size()));
    berth.meters().gauge(Meter.LISTENER_CONNECTIONS, count::get, listener.name());
  }

  static OpenListener open(
      Transport transport,
      ListenerSettings settings,
      TransportTools berth,
      ConnectionLayers layers) {
    return open(transport, settings, berth, layers, null);
  }

  private static OpenListener open(
      Transport transport,
      ListenerSettings settings,
      TransportTools berth,
      ConnectionLayers layers,
      @Nullable ListenerEngines desk) {
    InetSocketAddress address = settings.bind().socketAddress();
    boolean ipv6 = address.getAddress() instanceof Inet6Address;
    try {
      ServerSocketChannel channel = ServerSocketChannel.open(family(ipv6));
      try {
        channel.configureBlocking(false);
        LinuxSockets.ipv6Only(channel, ipv6);
        SocketBinder.prepare(channel, settings);
        channel.bind(address, BACKLOG);
        return new StreamTransport(transport, settings, berth, layers, channel, desk);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw SocketBinder.refused(settings.bind(), e);
    }
  }

  /** As above, over TLS with the certificates of the settings. */
  static OpenListener openSecure(
      Transport transport,
      ListenerSettings settings,
      TransportTools berth,
      Function<LayeredConnection, Framing> framing) {
    TlsSettings wanted = settings.tls();
    if (wanted == null) {
      throw new ListenException(settings.bind() + ": it needs tls with certificates");
    }
    TlsRuntime workshop = berth.tls().get();
    ListenerEngines desk;
    try {
      desk = workshop.desk(wanted);
    } catch (BadCertificateException e) {
      throw new ListenException(settings.bind() + ": " + e.getMessage());
    }
    ConnectionLayers layers =
        new ConnectionLayers(carrier -> new TlsEncryption(carrier, workshop, desk), framing);
    return open(transport, settings, berth, layers, desk);
  }

  static StandardProtocolFamily family(boolean ipv6) {
    return ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }

  @Override
  public Listener listener() {
    return listener;
  }

  @Override
  public void start(FlowListener listener, SourceGate asked) {
    gate = asked;
    upper = listener;
    acceptor.start();
  }

  @Override
  public Flow flowTo(Peer peer) {
    return newConnection(plain(peer), null, here());
  }

  @Override
  public @Nullable Flow openFlowTo(Peer peer) {
    return peers.open(plain(peer), here());
  }

  // A message and the connection it takes are best served by one loop.
  private int here() {
    SelectorLoop loop = SelectorLoop.current();
    return loop == null ? 0 : loop.index() % berth.loops().size();
  }

  // Without what makes no difference.
  private Peer plain(Peer peer) {
    boolean secure = listener.transport().secure();
    if (!secure && (peer.domain() != null || peer.tls() != null)) {
      return new Peer(peer.transport(), peer.address(), null, null);
    }
    return TlsClientSettings.USUAL.equals(peer.tls())
        ? new Peer(peer.transport(), peer.address(), peer.domain(), null)
        : peer;
  }

  @Override
  public @Nullable String reload(ListenerSettings next) {
    TlsSettings tls = next.tls();
    if (desk == null || tls == null) {
      return null;
    }
    try {
      desk.reload(tls);
      return null;
    } catch (BadCertificateException e) {
      return e.getMessage();
    }
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
        SocketBinder.await(done);
      }
    }
  }

  ConnectionLayers layers() {
    return layers;
  }

  ListenerSettings settings() {
    return settings;
  }

  ListenerMeters meters() {
    return meters;
  }

  PeerConnections peers() {
    return peers;
  }

  ConnectionRegistry connections() {
    return berth.connections();
  }

  /** The room above, or null before the start and after the end. */
  @Nullable FlowListener upper() {
    return upper;
  }

  /** Says who is heard. */
  SourceGate gate() {
    return gate;
  }

  /** True when that source may connect; one that may not is counted. */
  boolean admits(InetAddress source, long nowNs) {
    boolean admitted = gate.connection(SourceKey.upper(source), SourceKey.lower(source), nowNs);
    if (!admitted) {
      meters.dropped(ListenerMeters.Drop.GUARD);
    }
    return admitted;
  }

  /** Takes a connection over on one of the loops. */
  void accepted(SocketChannel channel, InetSocketAddress remote) {
    int loop = Math.floorMod(turn.getAndIncrement(), berth.loops().size());
    Peer peer = new Peer(listener.transport().name(), remote, null, null);
    newConnection(peer, channel, loop).adopt();
  }

  private StreamConnection newConnection(Peer peer, @Nullable SocketChannel channel, int loop) {
    return new StreamConnection(this, berth.loops().get(loop), berth.scratch(loop), peer, channel);
  }

  /** True for who must say, with a PROXY header, whom a connection really comes from. */
  boolean isBalancer(InetSocketAddress remote) {
    return balancers.contains(remote.getAddress());
  }

  /** Gives a socket that is about to connect what the settings ask for. */
  void mark(SocketChannel opening) throws IOException {
    SocketBinder.mark(opening, settings);
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
