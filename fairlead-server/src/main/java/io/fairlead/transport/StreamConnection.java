// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.Ready;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.loop.Timer;
import io.fairlead.transport.ListenerMeters.Drop;
import io.fairlead.transport.WriteQueue.Waiting;
import io.fairlead.transport.proxyprotocol.ProxyHeader;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, or the intent to have one: a flow to a peer connects with its first message (RFC
 * 3261 §18.1.1). Between socket and messages stand a {@link Framing} and, when it is encrypted, a
 * {@link Security}.
 *
 * <pre>
 *            first send             connected            handshakes done
 *   PLANNED ------------> CONNECTING ---------> OPENING ----------------> OPEN
 *      |                      |        accepted ---^  |                     |
 *      | another is open      | refused, timeout      | refused, timeout    | end of stream, error, limit, idle
 *      v                      v                       v                     v
 *    JOINED                 CLOSED <--------- [[ENDING], LINGERING] <-------+
 * </pre>
 *
 * ENDING writes what waits, for a peer that is owed a last word, and delivers nothing more.
 * LINGERING waits until the peer has heard it: a socket that is closed with bytes unread is reset,
 * and the last word is lost (RFC 1122 §4.2.2.13).
 *
 * <p>Served on one loop; send and open may be called from anywhere. Shared: see docs/ownership.md.
 */
final class StreamConnection implements Flow, Ready, Carrier {
  private enum State {
    PLANNED,
    CONNECTING,
    OPENING,
    OPEN,
    ENDING,
    LINGERING,
    JOINED,
    CLOSED
  }

  private static final long LINGER_NS = 2_000_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(StreamConnection.class);

  private final StreamTransport port;
  private final SelectorLoop loop;
  private final Scratch scratch;
  private final boolean inbound;
  private final WriteQueue queue = new WriteQueue();
  private final Timer limit = Timer.of(this::onLimit);
  private final Timer idle = Timer.of(this::onIdle);
  private final Framing framing;
  private final @Nullable Security security;
  private @Nullable SocketChannel channel;
  // Changes before anyone else knows the connection: when a PROXY header names the source.
  private Peer peer;
  private @Nullable ProxyHeader header;
  private @Nullable InetAddress counted;
  private @Nullable SelectionKey key;
  private boolean paused;
  private boolean leaving;
  private int messages;
  private int alias;
  private long activeNs;
  // Nearly always one: the loop that owns the address of record.
  private final ArrayList<PongListener> pinged = new ArrayList<>(0);
  private volatile long number;
  private volatile State state = State.PLANNED;
  private volatile @Nullable StreamConnection joined;

  StreamConnection(
      StreamTransport port,
      SelectorLoop loop,
      Scratch scratch,
      Peer peer,
      @Nullable SocketChannel channel) {
    this.port = port;
    this.loop = loop;
    this.scratch = scratch;
    this.peer = peer;
    this.channel = channel;
    this.inbound = channel != null;
    this.header = inbound && port.isBalancer(peer.address()) ? new ProxyHeader() : null;
    this.counted = inbound && header == null ? peer.address().getAddress() : null;
    this.framing = port.layers().framing().apply(this);
    this.security = port.layers().security() == null ? null : port.layers().security().apply(this);
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
  public void ping(PongListener listener) {
    if (loop.inLoop()) {
      pingNow(listener);
    } else {
      loop.execute(() -> pingNow(listener));
    }
  }

  @Override
  public void alias(int listens) {
    if (inbound && state == State.OPEN && listens != alias && port.settings().alias()) {
      port.peers().alias(this, alias, listens);
      alias = listens;
    }
  }

  /** Whether the peer has proven that it speaks for a domain, where that must be proven. */
  boolean speaksFor(Peer wanted) {
    return security == null || security.proves(wanted);
  }

  /** The port by which the peer says it may be reached over this connection; 0 for none. */
  int alias() {
    return alias;
  }

  @Override
  public String toString() {
    return listener().name()
        + " <-> "
        + BindAddress.hostPort(remote().getAddress(), remote().getPort());
  }

  /** Begins to serve an accepted connection, on its own loop. */
  void adopt() {
    loop.execute(() -> {
      if (port.upper() == null || !port.enter(this)) {
        port.meters().dropped(Drop.MAX_CONNECTIONS);
        cut("too many connections");
        return;
      }
      try {
        loop.timers().schedule(limit, port.settings().handshakeTimeout().toNanos());
        connected();
      } catch (IOException e) {
        cut(words(e));
      }
    });
  }

  /** Closes it, from anywhere. */
  void close(String why) {
    if (loop.running()) {
      loop.execute(() -> leave(why));
    } else {
      cut(why);
    }
  }

  // ---- connecting ----

  private void write(byte[] bytes, int from, int to) {
    switch (state) {
      case PLANNED -> {
        StreamConnection first = port.peers().claim(this);
        if (first == this) {
          queue.add(new Waiting(Arrays.copyOfRange(bytes, from, to), true));
          connect();
        } else {
          joined = first;
          state = State.JOINED;
          first.send(bytes, from, to);
        }
      }
      case CONNECTING, OPENING -> enqueue(new Waiting(Arrays.copyOfRange(bytes, from, to), true));
      case OPEN -> writeNow(bytes, from, to, true);
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

  private void connect() {
    state = State.CONNECTING;
    if (!port.enter(this)) {
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
      loop.timers().schedule(limit, port.settings().connectTimeout().toNanos());
      if (opening.connect(remote())) {
        connected();
      } else {
        key = loop.register(opening, SelectionKey.OP_CONNECT, this);
      }
    } catch (IOException e) {
      cut(words(e));
    }
  }

  private void connected() throws IOException {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    open.setOption(StandardSocketOptions.TCP_NODELAY, true);
    open.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    state = State.OPENING;
    activeNs = loop.nowNs();
    if (key == null) {
      key = loop.register(open, SelectionKey.OP_READ, this);
    } else {
      loop.interest(key, SelectionKey.OP_READ);
    }
    if (header == null) {
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

  // What a load balancer says of the connection comes before all layers; gives how much that was.
  private int readHeader(ProxyHeader expected, int count) {
    return switch (expected.read(scratch.received, 0, count)) {
      case MORE -> count;
      case BROKEN -> {
        violated(Drop.PROXY_PROTOCOL, "no PROXY header, or a broken one, from a load balancer");
        yield count;
      }
      case SOURCE, NO_SOURCE -> {
        InetSocketAddress source = expected.source();
        if (source != null) {
          peer = new Peer(peer.transport(), source, null, null);
        }
        if (countSource()) {
          header = null;
          begin();
        }
        yield expected.consumed();
      }
    };
  }

  private boolean countSource() {
    InetAddress source = remote().getAddress();
    if (port.enterSource(source)) {
      counted = source;
      return true;
    }
    violated(Drop.MAX_CONNECTIONS_PER_SOURCE, "too many connections from its source");
    return false;
  }

  @Override
  public void secured() {
    if (state == State.OPENING) {
      framing.begin();
    }
  }

  @Override
  public void framed() {
    if (state != State.OPENING) {
      return;
    }
    loop.timers().cancel(limit);
    loop.timers().schedule(idle, port.settings().idleTimeout().toNanos());
    number = port.connections().enter(this);
    state = State.OPEN;
    if (inbound) {
      port.peers().offer(this);
    }
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
      if (state == State.CONNECTING) {
        if (active.finishConnect()) {
          connected();
        }
        return;
      }
      if (ready.isReadable()) {
        read(active);
      }
      if (state != State.CLOSED && !queue.isEmpty()) {
        flush();
      }
    } catch (IOException e) {
      cut(words(e));
    }
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
    activeNs = loop.nowNs();
    scratch.in.get(0, scratch.received, 0, count);
    int from = header == null ? 0 : readHeader(header, count);
    if (from == count || !alive()) {
      return;
    }
    int before = messages;
    if (security == null) {
      framing.received(scratch.received, from, count);
    } else {
      security.received(scratch.received, from, count);
    }
    watchPart(messages != before);
  }

  // The time runs from the first byte of a message; more bytes of the same message do not extend
  // it.
  private void watchPart(boolean another) {
    if (state != State.OPEN) {
      return;
    }
    if (!framing.inMessage() && (security == null || !security.inRecord())) {
      loop.timers().cancel(limit);
    } else if (another || !limit.armed()) {
      loop.timers().schedule(limit, port.settings().messageTimeout().toNanos());
    }
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
    if (state != State.OPEN || above == null) {
      return;
    }
    messages++;
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

  @Override
  public void reading(boolean on) {
    paused = !on;
    interest();
  }

  @Override
  public boolean alive() {
    return state == State.OPENING || state == State.OPEN;
  }

  // ---- signs of life ----

  private void pingNow(PongListener listener) {
    StreamConnection other = joined;
    if (other != null) {
      other.ping(listener);
    } else if (state == State.OPEN) {
      if (!pinged.contains(listener)) {
        pinged.add(listener);
      }
      framing.ping();
    }
  }

  @Override
  public void pong() {
    for (int i = 0; i < pinged.size(); i++) {
      pinged.get(i).onPong(this);
    }
    pinged.clear();
  }

  // ---- writing ----

  @Override
  public void control(byte[] bytes, int from, int to) {
    if (channel != null && state != State.CLOSED) {
      writeNow(bytes, from, to, false);
    }
  }

  @Override
  public void wire(ByteBuffer bytes) {
    SocketChannel open = channel;
    if (open == null || state == State.CLOSED) {
      return;
    }
    try {
      if (!queue.hasRest()) {
        open.write(bytes);
      }
      if (bytes.hasRemaining()) {
        queue.keepRest(bytes, null);
        bounded();
        interest();
      }
    } catch (IOException e) {
      cut(words(e));
    }
  }

  private void writeNow(byte[] bytes, int from, int to, boolean message) {
    SocketChannel open = channel;
    if (open == null || queue.hasRest() || message && !queue.isEmpty()) {
      enqueue(new Waiting(Arrays.copyOfRange(bytes, from, to), message));
      return;
    }
    transmit(open, bytes, from, to, message);
  }

  private void transmit(SocketChannel open, byte[] bytes, int from, int to, boolean message) {
    activeNs = loop.nowNs();
    ByteBuffer out = encode(bytes, from, to, message);
    if (state == State.CLOSED) {
      return;
    }
    try {
      open.write(out);
      if (!out.hasRemaining()) {
        count(message);
        return;
      }
      queue.keepRest(out, new Waiting(Arrays.copyOfRange(bytes, from, to), message));
      bounded();
      interest();
    } catch (IOException e) {
      queue.keepRest(out, new Waiting(Arrays.copyOfRange(bytes, from, to), message));
      cut(words(e));
    }
  }

  // As it goes over the wire. Only a message longer than any that is received needs a buffer of its
  // own.
  private ByteBuffer encode(byte[] bytes, int from, int to, boolean message) {
    int size = to - from;
    boolean fits = size <= Scratch.SIZE;
    ByteBuffer out =
        fits
            ? scratch.out.clear()
            : ByteBuffer.allocate(size + size / 16 + Framing.OVERHEAD + Security.OVERHEAD);
    ByteBuffer framed = out;
    if (security != null) {
      framed = fits ? scratch.framed.clear() : ByteBuffer.allocate(size + Framing.OVERHEAD);
    }
    if (message) {
      framing.frame(bytes, from, to, framed);
    } else {
      framed.put(bytes, from, size);
    }
    if (security != null) {
      security.protect(framed.flip(), out);
    }
    return out.flip();
  }

  private void enqueue(Waiting one) {
    queue.add(one);
    if (bounded() && state == State.OPEN) {
      interest();
    }
  }

  private boolean bounded() {
    if (state != State.CLOSED && queue.bytes() > port.settings().writeBuffer().bytes()) {
      port.meters().dropped(Drop.SLOW_READER);
      cut("the peer reads too slowly: write-buffer is full");
      return false;
    }
    return true;
  }

  private void flush() {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    try {
      while (queue.hasRest()) {
        ByteBuffer out = scratch.out.clear();
        queue.copyRest(out);
        int offered = out.flip().remaining();
        int count = open.write(out);
        count(queue.restWritten(count));
        if (count < offered) {
          interest();
          return;
        }
        activeNs = loop.nowNs();
      }
    } catch (IOException e) {
      cut(words(e));
      return;
    }
    Waiting next;
    while (mayWrite() && (next = queue.poll()) != null) {
      transmit(open, next.bytes(), 0, next.bytes().length, next.message());
    }
    if (state == State.ENDING && queue.isEmpty()) {
      part("ended", false);
    } else if (state != State.CLOSED) {
      interest();
    }
  }

  private boolean mayWrite() {
    return (state == State.OPEN || state == State.ENDING) && !queue.hasRest();
  }

  private void count(boolean message) {
    if (message) {
      port.meters().sent.add();
    }
  }

  private void interest() {
    if (key == null || !key.isValid() || state == State.CONNECTING || state == State.CLOSED) {
      return;
    }
    boolean deaf = paused && state != State.LINGERING || state == State.ENDING;
    int read = deaf ? 0 : SelectionKey.OP_READ;
    boolean waits = queue.hasRest() || mayWrite() && !queue.isEmpty();
    int wanted = read | (waits ? SelectionKey.OP_WRITE : 0);
    if (key.interestOps() != wanted) {
      loop.interest(key, wanted);
    }
  }

  // ---- the end ----

  private void onLimit() {
    switch (state) {
      case OPEN -> {
        port.meters().dropped(Drop.MESSAGE_TIMEOUT);
        leave("half a message and then nothing for message-timeout");
      }
      case OPENING -> {
        port.meters().dropped(header == null ? Drop.HANDSHAKE_TIMEOUT : Drop.PROXY_PROTOCOL);
        cut(header == null ? "handshake timeout" : "no PROXY header from a load balancer");
      }
      case PLANNED, CONNECTING -> cut("connect timeout");
      case ENDING, LINGERING, JOINED, CLOSED -> cut("ended");
    }
  }

  private void onIdle() {
    long leftNs = activeNs + port.settings().idleTimeout().toNanos() - loop.nowNs();
    if (leftNs <= 0) {
      leave("idle");
    } else {
      loop.timers().schedule(idle, leftNs);
    }
  }

  @Override
  public void violated(Drop why, String words) {
    if (alive()) {
      port.meters().dropped(why);
      lastWords();
      part(words, state == State.OPEN);
    }
  }

  @Override
  public void end(String words) {
    if (!alive()) {
      return;
    }
    State before = state;
    lastWords();
    if (queue.isEmpty() || state == State.CLOSED) {
      part(words, before == State.OPEN);
      return;
    }
    LOG.debug("{}: {}, what waits is written", this, words);
    state = State.ENDING;
    loop.timers().cancel(idle);
    loop.timers().schedule(limit, port.settings().handshakeTimeout().toNanos());
    if (before == State.OPEN) {
      tellLater(above -> above.onClosed(this, words));
    }
    interest();
  }

  // All is said, and heard when the peer ends the connection too.
  private void part(String words, boolean tell) {
    bye();
    SocketChannel open = channel;
    if (open == null || !queue.isEmpty() || state == State.CLOSED) {
      cut(words);
      return;
    }
    try {
      open.shutdownOutput();
    } catch (IOException e) {
      cut(words);
      return;
    }
    LOG.debug("{}: {}", this, words);
    state = State.LINGERING;
    loop.timers().cancel(idle);
    loop.timers().schedule(limit, LINGER_NS);
    if (tell) {
      tellLater(above -> above.onClosed(this, words));
    }
    interest();
  }

  // With a good-bye, which the peer may or may not get.
  private void leave(String why) {
    if (state == State.OPEN || state == State.OPENING) {
      lastWords();
      bye();
    }
    cut(why);
  }

  private void lastWords() {
    if (!leaving && state == State.OPEN) {
      leaving = true;
      framing.bye();
    }
  }

  // Nothing can be encrypted after it.
  private void bye() {
    if (security != null && header == null && state != State.CLOSED) {
      security.bye();
    }
  }

  private void cut(String why) {
    State before = state;
    if (before == State.CLOSED || before == State.JOINED) {
      return;
    }
    state = State.CLOSED;
    LOG.debug("{}: {}", this, why);
    loop.timers().cancel(limit);
    loop.timers().cancel(idle);
    framing.close();
    if (security != null) {
      security.close();
    }
    if (channel != null) {
      Binding.close(channel);
    }
    port.connections().leave(number);
    port.left(this, counted);
    undeliverable(queue.drain(), why);
    if (before == State.OPEN) {
      tellLater(above -> above.onClosed(this, why));
    }
  }

  private void undeliverable(List<byte[]> unsent, String why) {
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

  private static String words(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().toLowerCase(Locale.ROOT);
  }

  // ---- what the layers may ask ----

  /** Whom it reaches, as it is looked up. */
  Peer reach() {
    return peer;
  }

  @Override
  public @Nullable Peer peer() {
    return inbound ? null : peer;
  }

  @Override
  public SelectorLoop loop() {
    return loop;
  }

  @Override
  public Scratch scratch() {
    return scratch;
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
  public boolean inbound() {
    return inbound;
  }
}
