// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.SelectorLoop;
import io.fairlead.net.SourceKey;
import io.fairlead.sip.SipProblem;
import io.fairlead.transport.ListenerMeters.Drop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, or the intent to have one: a flow to a peer connects with its first message (RFC
 * 3261 §18.1.1), or joins another that is there by then. It is what the rooms above and the other
 * loops see; its {@link StreamSocket} does the work. Its life is drawn at {@link StreamState}.
 *
 * <p>Served on one loop; send and open may be called from anywhere. Shared: see docs/ownership.md.
 */
final class StreamConnection implements Flow {
  private static final Logger LOG = LoggerFactory.getLogger(StreamConnection.class);

  private final StreamTransport port;
  private final SelectorLoop loop;
  private final boolean inbound;
  // Changes before anyone else knows the connection: when a PROXY header names the source.
  private Peer peer;
  private long upperHalf;
  private long lowerHalf;
  private int alias;
  private final ConnectionPings pings;
  private volatile long number;
  private volatile StreamState state = StreamState.PLANNED;
  private volatile @Nullable StreamConnection joined;
  // Last, for its layers ask for what is above.
  private final StreamSocket socket;

  StreamConnection(
      StreamTransport port,
      SelectorLoop loop,
      LoopBuffers scratch,
      Peer peer,
      @Nullable SocketChannel channel) {
    this.port = port;
    this.loop = loop;
    this.peer = peer;
    comesFrom(peer.address().getAddress());
    this.inbound = channel != null;
    this.pings = new ConnectionPings(this, loop);
    this.socket = new StreamSocket(this, port, scratch, channel);
  }

  // ---- a flow, from any thread ----

  @Override
  public Listener listener() {
    return port.listener();
  }

  @Override
  public InetSocketAddress remote() {
    return peer.address();
  }

  @Override
  public long source() {
    return SourceKey.of(upperHalf, lowerHalf);
  }

  @Override
  public boolean open() {
    StreamConnection other = joined;
    if (other != null) {
      return other.open();
    }
    return switch (state) {
      case PLANNED, CONNECTING, OPENING, OPEN -> true;
      case ENDING, LINGERING, JOINED, CLOSED -> false;
    };
  }

  @Override
  public long connection() {
    StreamConnection other = joined;
    return other != null ? other.connection() : number;
  }

  @Override
  public void send(byte[] bytes, int from, int to) {
    if (loop.inLoop()) {
      write(bytes, from, to);
    } else {
      byte[] copy = Arrays.copyOfRange(bytes, from, to);
      loop.execute(() -> write(copy, 0, copy.length));
    }
  }

  @Override
  public void ping(long recentNs, PongListener listener) {
    if (loop.inLoop()) {
      pingNow(recentNs, listener);
    } else {
      loop.execute(() -> pingNow(recentNs, listener));
    }
  }

  @Override
  public void alias(int listens) {
    if (inbound && state == StreamState.OPEN && listens != alias && port.settings().takesAlias()) {
      port.peers().alias(this, alias, listens);
      alias = listens;
    }
  }

  /** Whether the peer has proven that it speaks for a domain, where that must be proven. */
  boolean speaksFor(Peer wanted) {
    return socket.proves(wanted);
  }

  /** The port by which the peer says it may be reached over this connection; 0 for none. */
  int alias() {
    return alias;
  }

  /** Whom it reaches, as it is looked up. */
  Peer reach() {
    return peer;
  }

  /** Where it is served. */
  SelectorLoop loop() {
    return loop;
  }

  /** True when the peer connected to us. */
  boolean inbound() {
    return inbound;
  }

  @Override
  public String toString() {
    return listener().name()
        + " <-> "
        + BindAddress.hostPort(remote().getAddress(), remote().getPort());
  }

  /** Begins to serve an accepted connection, on its own loop. */
  void adopt() {
    loop.execute(socket::accepted);
  }

  /** Closes it, from anywhere. */
  void close(String why) {
    if (loop.running()) {
      loop.execute(() -> socket.leave(why));
    } else {
      socket.cut(why);
    }
  }

  // ---- on its loop ----

  private void write(byte[] bytes, int from, int to) {
    switch (state) {
      case PLANNED -> {
        StreamConnection first = port.peers().claim(this);
        if (first == this) {
          socket.connect(Arrays.copyOfRange(bytes, from, to));
        } else {
          joined = first;
          state = StreamState.JOINED;
          first.send(bytes, from, to);
        }
      }
      case CONNECTING, OPENING -> socket.sendWhenOpen(Arrays.copyOfRange(bytes, from, to));
      case OPEN -> socket.send(bytes, from, to);
      case JOINED -> {
        StreamConnection first = joined;
        if (first != null) {
          first.send(bytes, from, to);
        }
      }
      case ENDING, LINGERING, CLOSED ->
          undeliverable(List.of(Arrays.copyOfRange(bytes, from, to)), "connection closed");
    }
  }

  private void pingNow(long recentNs, PongListener listener) {
    StreamConnection other = joined;
    if (other != null) {
      other.ping(recentNs, listener);
    } else if (state == StreamState.OPEN) {
      if (pings.ask(recentNs, listener)) {
        socket.ping();
      }
    }
  }

  // ---- from its socket ----

  StreamState state() {
    return state;
  }

  void become(StreamState next) {
    state = next;
  }

  /** As above, at the end. */
  void become(StreamState next, String why) {
    state = next;
    LOG.debug("{}: {}", this, why);
  }

  /** A load balancer says whom the connection really comes from. */
  void comesFrom(InetSocketAddress source) {
    peer = new Peer(peer.transport(), source, null, null);
    comesFrom(source.getAddress());
  }

  private void comesFrom(InetAddress source) {
    upperHalf = SourceKey.upper(source);
    lowerHalf = SourceKey.lower(source);
  }

  /** Messages can go. */
  void opened() {
    number = port.connections().enter(this);
    state = StreamState.OPEN;
    if (inbound) {
      port.peers().offer(this);
    }
  }

  /** Is found no more. */
  void left(@Nullable InetAddress counted) {
    port.connections().leave(number);
    port.left(this, counted);
  }

  /** A whole message, borrowed. */
  void deliver(FlowListener above, byte[] bytes, int from, int to) {
    switch (port.gate().message(upperHalf, lowerHalf, true, loop.nowNs())) {
      case HEARD -> {}
      case DROPPED -> {
        port.meters().dropped(Drop.GUARD);
        return;
      }
      case BARRED -> {
        port.meters().dropped(Drop.GUARD);
        close("its source is not heard any more");
        return;
      }
    }
    port.meters().received.add();
    try {
      above.onMessage(this, bytes, from, to);
    } catch (RuntimeException e) {
      // A defect above costs one message; those behind it must not wait for the peer to send more.
      loop.execute(() -> {
        throw e;
      });
    }
  }

  /** What is no message, borrowed. */
  void broken(FlowListener above, byte[] bytes, int from, int to, SipProblem problem) {
    above.onBroken(this, bytes, from, to, problem);
  }

  /** The peer gave a sign of life. */
  void pong() {
    pings.heard();
  }

  /** The peer was asked for a sign of life. */
  void pinged() {
    pings.sent();
  }

  /** It was open and is so no longer. */
  void closed(String why) {
    tellLater(above -> above.onClosed(this, why));
  }

  void undeliverable(List<byte[]> unsent, String why) {
    for (byte[] message : unsent) {
      port.meters().undeliverable.add();
      tellLater(above -> above.onUndeliverable(this, message, 0, message.length, why));
    }
  }

  // Later, not from within send: the sender may be in the middle of a change of state.
  private void tellLater(Consumer<FlowListener> news) {
    loop.execute(() -> {
      FlowListener above = port.upper();
      if (above != null) {
        news.accept(above);
      }
    });
  }
}
