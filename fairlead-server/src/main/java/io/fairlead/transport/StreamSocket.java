// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.ReadyListener;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.sip.SipProblem;
import io.fairlead.transport.ListenerMeters.Drop;
import io.fairlead.transport.WriteQueue.Waiting;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a {@link StreamConnection}: connects, reads and ends. Between it and the messages
 * stand a {@link Framing} and, when it is encrypted, a {@link ConnectionEncryption}; what is
 * written goes through {@link StreamOutput}, what takes too long is ended by {@link
 * StreamTimeouts}.
 *
 * <p>Owned by one loop; what a certificate {@linkplain #proves proves} may be asked from anywhere.
 */
final class StreamSocket implements ReadyListener, LayeredConnection {
  private final StreamConnection connection;
  private final StreamTransport port;
  private final SelectorLoop loop;
  private final LoopBuffers scratch;
  private final ConnectionSource source;
  private final StreamTimeouts watch;
  private final Framing framing;
  private final @Nullable ConnectionEncryption security;
  private final StreamOutput output;
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private boolean paused;
  private boolean leaving;
  private int messages;

  StreamSocket(
      StreamConnection connection,
      StreamTransport port,
      LoopBuffers scratch,
      @Nullable SocketChannel channel) {
    this.connection = connection;
    this.port = port;
    this.loop = connection.loop();
    this.scratch = scratch;
    this.channel = channel;
    this.source = new ConnectionSource(connection, port);
    this.watch = new StreamTimeouts(this, loop);
    this.framing = port.layers().framing().apply(this);
    this.security = port.layers().security() == null ? null : port.layers().security().apply(this);
    this.output = new StreamOutput(this, watch, framing, security);
  }

  /** Whether the peer has proven that it speaks for a domain, where that must be proven. */
  boolean proves(Peer wanted) {
    return security == null || security.proves(wanted);
  }

  // ---- connecting ----

  /** The peer has connected. */
  void accepted() {
    if (port.upper() == null || !port.enter(connection)) {
      port.meters().dropped(Drop.MAX_CONNECTIONS);
      cut("too many connections");
      return;
    }
    try {
      watch.handshaking();
      connected();
    } catch (IOException e) {
      failed(e);
    }
  }

  /** Connects to the peer, for a message that is kept. */
  void connect(byte[] first) {
    output.first(first);
    connection.become(StreamState.CONNECTING);
    if (!port.enter(connection)) {
      port.meters().dropped(Drop.MAX_CONNECTIONS);
      cut("too many connections");
      return;
    }
    try {
      SocketChannel opening =
          SocketChannel.open(StreamTransport.family(remote().getAddress() instanceof Inet6Address));
      channel = opening;
      opening.configureBlocking(false);
      port.mark(opening);
      opening.bind(new InetSocketAddress(listener().bound().getAddress(), 0));
      watch.connecting();
      if (opening.connect(remote())) {
        connected();
      } else {
        key = loop.register(opening, SelectionKey.OP_CONNECT, this);
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private void connected() throws IOException {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    open.setOption(StandardSocketOptions.TCP_NODELAY, true);
    open.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    connection.become(StreamState.OPENING);
    watch.active();
    if (key == null) {
      key = loop.register(open, SelectionKey.OP_READ, this);
    } else {
      loop.interest(key, SelectionKey.OP_READ);
    }
    if (source.known()) {
      begin();
    }
  }

  private void begin() {
    if (security == null) {
      framing.begin();
    } else {
      security.begin();
    }
  }

  @Override
  public void secured() {
    if (state() == StreamState.OPENING) {
      framing.begin();
    }
  }

  @Override
  public void framed() {
    if (state() != StreamState.OPENING) {
      return;
    }
    watch.opened();
    connection.opened();
    flush();
  }

  // ---- reading ----

  @Override
  public void onReady(SelectionKey ready) {
    SocketChannel active = channel;
    if (active == null) {
      return;
    }
    try {
      if (state() == StreamState.CONNECTING) {
        if (active.finishConnect()) {
          connected();
        }
        return;
      }
      if (ready.isReadable()) {
        read(active);
      }
      if (state() != StreamState.CLOSED && !output.isEmpty()) {
        flush();
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  /** Its layers are in no state to go on. */
  @Override
  public void onDefect() {
    cut("a defect here");
  }

  private void read(SocketChannel open) throws IOException {
    int count = open.read(scratch.in.clear());
    if (count < 0) {
      leave("closed by the peer");
      return;
    }
    if (count == 0 || !alive() || port.upper() == null) {
      return;
    }
    watch.active();
    scratch.in.get(0, scratch.received, 0, count);
    int from = source.known() ? 0 : readSource(count);
    if (from == count || !alive()) {
      return;
    }
    int before = messages;
    if (security == null) {
      framing.received(scratch.received, from, count);
    } else {
      security.received(scratch.received, from, count);
    }
    if (state() == StreamState.OPEN) {
      boolean part = framing.inMessage() || security != null && security.inRecord();
      watch.reading(part, messages != before);
    }
  }

  private int readSource(int count) {
    int consumed = source.read(scratch.received, count, this);
    if (source.known()) {
      begin();
    }
    return consumed;
  }

  @Override
  public void plain(byte[] bytes, int from, int to) {
    if (alive()) {
      framing.received(bytes, from, to);
    }
  }

  @Override
  public void message(byte[] bytes, int from, int to) {
    FlowListener above = port.upper();
    if (state() != StreamState.OPEN || above == null) {
      return;
    }
    messages++;
    connection.deliver(above, bytes, from, to);
  }

  @Override
  public void broken(byte[] bytes, int from, int to, SipProblem problem) {
    FlowListener above = port.upper();
    if (state() == StreamState.OPEN && above != null) {
      connection.broken(above, bytes, from, to, problem);
    }
  }

  @Override
  public void pinged() {
    connection.pinged();
  }

  @Override
  public void pong() {
    connection.pong();
  }

  @Override
  public void reading(boolean on) {
    paused = !on;
    interest();
  }

  @Override
  public boolean alive() {
    StreamState state = state();
    return state == StreamState.OPENING || state == StreamState.OPEN;
  }

  // ---- writing ----

  /** Sends a message over the open connection; it is borrowed. */
  void send(byte[] bytes, int from, int to) {
    output.write(bytes, from, to, true);
  }

  /** Sends a message, which is kept, when the connection is open. */
  void sendWhenOpen(byte[] message) {
    output.enqueue(new Waiting(message, true));
  }

  /** Asks the peer for a sign of life. */
  void ping() {
    framing.ping();
  }

  @Override
  public void control(byte[] bytes, int from, int to) {
    if (channel != null && state() != StreamState.CLOSED) {
      output.write(bytes, from, to, false);
    }
  }

  @Override
  public void wire(ByteBuffer bytes) {
    SocketChannel open = channel;
    if (open != null && state() != StreamState.CLOSED) {
      output.wire(open, bytes);
    }
  }

  private void flush() {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    output.flush(open);
    if (state() == StreamState.ENDING && output.isEmpty()) {
      part("ended", false);
    } else if (state() != StreamState.CLOSED) {
      interest();
    }
  }

  /** Asks for what the socket must tell from now on. */
  void interest() {
    StreamState state = state();
    if (key == null
        || !key.isValid()
        || state == StreamState.CONNECTING
        || state == StreamState.CLOSED) {
      return;
    }
    boolean deaf = paused && state != StreamState.LINGERING || state == StreamState.ENDING;
    int read = deaf ? 0 : SelectionKey.OP_READ;
    int wanted = read | (output.waits() ? SelectionKey.OP_WRITE : 0);
    if (key.interestOps() != wanted) {
      loop.interest(key, wanted);
    }
  }

  // ---- the end ----

  @Override
  public void violated(Drop why, String words) {
    if (alive()) {
      port.meters().dropped(why);
      lastWords();
      part(words, state() == StreamState.OPEN);
    }
  }

  @Override
  public void end(String words) {
    if (!alive()) {
      return;
    }
    StreamState before = state();
    lastWords();
    if (output.isEmpty() || state() == StreamState.CLOSED) {
      part(words, before == StreamState.OPEN);
      return;
    }
    connection.become(StreamState.ENDING, words + ", what waits is written");
    watch.ending();
    if (before == StreamState.OPEN) {
      connection.closed(words);
    }
    interest();
  }

  // All is said, and heard when the peer ends the connection too.
  private void part(String words, boolean tell) {
    bye();
    SocketChannel open = channel;
    if (open == null || output.hasRest() || state() == StreamState.CLOSED) {
      cut(words);
      return;
    }
    try {
      open.shutdownOutput();
    } catch (IOException e) {
      cut(words);
      return;
    }
    connection.become(StreamState.LINGERING, words);
    // What waited for the end of a handshake.
    connection.undeliverable(output.drain(), words);
    watch.lingering();
    if (tell) {
      connection.closed(words);
    }
    interest();
  }

  /** Ends it with a good-bye, which the peer may or may not get. */
  void leave(String why) {
    if (alive()) {
      lastWords();
      bye();
    }
    cut(why);
  }

  private void lastWords() {
    if (!leaving && state() == StreamState.OPEN) {
      leaving = true;
      framing.bye();
    }
  }

  // Nothing can be encrypted after it.
  private void bye() {
    if (security != null && source.known() && state() != StreamState.CLOSED) {
      security.bye();
    }
  }

  /** The socket has refused something, which ends it. */
  void failed(IOException e) {
    cut(e.getMessage() == null ? e.toString() : e.getMessage().toLowerCase(Locale.ROOT));
  }

  /** Ends it at once. */
  void cut(String why) {
    StreamState before = state();
    if (before == StreamState.CLOSED || before == StreamState.JOINED) {
      return;
    }
    connection.become(StreamState.CLOSED, why);
    watch.stop();
    framing.close();
    if (security != null) {
      security.close();
    }
    if (channel != null) {
      SocketBinder.close(channel);
    }
    connection.left(source.counted());
    connection.undeliverable(output.drain(), why);
    if (before == StreamState.OPEN) {
      connection.closed(why);
    }
  }

  // ---- what the layers may ask ----

  StreamState state() {
    return connection.state();
  }

  /** Whether it is known for whom it counts. */
  boolean sourceKnown() {
    return source.known();
  }

  /** Null before it connects. */
  @Nullable SocketChannel channel() {
    return channel;
  }

  @Override
  public SelectorLoop loop() {
    return loop;
  }

  @Override
  public LoopBuffers scratch() {
    return scratch;
  }

  @Override
  public Listener listener() {
    return port.listener();
  }

  @Override
  public ListenerSettings settings() {
    return port.settings();
  }

  @Override
  public ListenerMeters meters() {
    return port.meters();
  }

  @Override
  public InetSocketAddress remote() {
    return connection.remote();
  }

  @Override
  public @Nullable Peer peer() {
    return connection.inbound() ? null : connection.reach();
  }

  @Override
  public boolean inbound() {
    return connection.inbound();
  }

  @Override
  public String toString() {
    return connection.toString();
  }
}
