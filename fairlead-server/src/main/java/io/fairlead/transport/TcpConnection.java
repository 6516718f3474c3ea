// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.Ready;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.loop.Timer;
import io.fairlead.sip.StreamFramer;
import io.fairlead.transport.ListenerMeters.Drop;
import java.io.IOException;
import java.net.Inet6Address;
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
 * One TCP connection, or the intent to have one: a flow to a peer connects with its first message
 * (RFC 3261 §18.1.1).
 *
 * <pre>
 *            first send             connected
 *   PLANNED ------------> CONNECTING ---------> OPEN <--- accepted
 *      |                      | refused, timeout  | end of stream, error, limit, idle
 *      | another is open      v                   v
 *      +------> JOINED      CLOSED <--------------+
 * </pre>
 *
 * <p>Served on one loop; send and open may be called from anywhere. Shared: see docs/ownership.md.
 */
final class TcpConnection implements Flow, Ready {
  private enum State {
    PLANNED,
    CONNECTING,
    OPEN,
    JOINED,
    CLOSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);
  private static final byte[] PONG = {'\r', '\n'};
  private static final byte[] PING = {'\r', '\n', '\r', '\n'};

  private final TcpTransport port;
  private final SelectorLoop loop;
  private final Scratch scratch;
  private final InetSocketAddress remote;
  private final boolean inbound;
  private final WriteQueue queue = new WriteQueue();
  private final Timer limit = Timer.of(this::onLimit);
  private final Timer idle = Timer.of(this::onIdle);
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private @Nullable TcpInput input;
  private long activeNs;
  // Nearly always one: the loop that owns the address of record.
  private final ArrayList<PongListener> pinged = new ArrayList<>(0);
  private volatile long number;
  private volatile State state = State.PLANNED;
  private volatile @Nullable TcpConnection joined;

  TcpConnection(
      TcpTransport port,
      SelectorLoop loop,
      Scratch scratch,
      InetSocketAddress remote,
      @Nullable SocketChannel channel) {
    this.port = port;
    this.loop = loop;
    this.scratch = scratch;
    this.remote = remote;
    this.channel = channel;
    this.inbound = channel != null;
  }

  @Override
  public Listener listener() {
    return port.listener();
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public boolean open() {
    TcpConnection other = joined;
    return other != null ? other.open() : state != State.CLOSED;
  }

  @Override
  public long connection() {
    TcpConnection other = joined;
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

  private void pingNow(PongListener listener) {
    TcpConnection other = joined;
    if (other != null) {
      other.ping(listener);
    } else if (state == State.OPEN) {
      if (!pinged.contains(listener)) {
        pinged.add(listener);
      }
      writeNow(PING, 0, PING.length);
    }
  }

  private void pong() {
    for (int i = 0; i < pinged.size(); i++) {
      pinged.get(i).onPong(this);
    }
    pinged.clear();
  }

  @Override
  public String toString() {
    return listener().name()
        + " <-> "
        + BindAddress.hostPort(remote.getAddress(), remote.getPort());
  }

  /** Begins to serve an accepted connection, on its own loop. */
  void adopt() {
    loop.execute(() -> {
      if (port.upper() == null || !port.enter(this)) {
        port.meters().dropped(Drop.MAX_CONNECTIONS);
        end("too many connections");
        return;
      }
      try {
        opened();
        port.offer(this);
      } catch (IOException e) {
        end(words(e));
      }
    });
  }

  /** Closes it, from anywhere. */
  void close(String why) {
    if (loop.running()) {
      loop.execute(() -> end(why));
    } else {
      end(why);
    }
  }

  private void write(byte[] bytes, int from, int to) {
    switch (state) {
      case PLANNED -> {
        TcpConnection first = port.claim(this);
        if (first == this) {
          queue.add(Arrays.copyOfRange(bytes, from, to));
          connect();
        } else {
          joined = first;
          state = State.JOINED;
          first.send(bytes, from, to);
        }
      }
      case CONNECTING -> enqueue(Arrays.copyOfRange(bytes, from, to));
      case OPEN -> writeNow(bytes, from, to);
      case JOINED -> {
        TcpConnection first = joined;
        if (first != null) {
          first.send(bytes, from, to);
        }
      }
      case CLOSED ->
          undeliverable(List.of(Arrays.copyOfRange(bytes, from, to)), "connection closed");
    }
  }

  private void connect() {
    state = State.CONNECTING;
    if (!port.enter(this)) {
      port.meters().dropped(Drop.MAX_CONNECTIONS);
      end("too many connections");
      return;
    }
    try {
      SocketChannel opening =
          SocketChannel.open(TcpTransport.family(remote.getAddress() instanceof Inet6Address));
      channel = opening;
      opening.configureBlocking(false);
      opening.bind(new InetSocketAddress(listener().bound().getAddress(), 0));
      if (opening.connect(remote)) {
        opened();
      } else {
        key = loop.register(opening, SelectionKey.OP_CONNECT, this);
        loop.timers().schedule(limit, port.settings().connectTimeout().toNanos());
      }
    } catch (IOException e) {
      end(words(e));
    }
  }

  private void opened() throws IOException {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    open.setOption(StandardSocketOptions.TCP_NODELAY, true);
    open.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    loop.timers().cancel(limit);
    loop.timers().schedule(idle, port.settings().idleTimeout().toNanos());
    activeNs = loop.nowNs();
    input = new TcpInput(port.settings().longestMessage());
    number = port.connections().enter(this);
    state = State.OPEN;
    if (key == null) {
      key = loop.register(open, SelectionKey.OP_READ, this);
    } else {
      loop.interest(key, SelectionKey.OP_READ);
    }
    flush();
  }

  @Override
  public void onReady(SelectionKey ready) {
    SocketChannel active = channel;
    if (active == null) {
      return;
    }
    try {
      if (state == State.CONNECTING && active.finishConnect()) {
        opened();
      } else if (state == State.OPEN) {
        if (ready.isReadable()) {
          read(active);
        }
        if (state == State.OPEN && !queue.isEmpty()) {
          flush();
        }
      }
    } catch (IOException e) {
      end(words(e));
    }
  }

  private void read(SocketChannel open) throws IOException {
    int count = open.read(scratch.in.clear());
    if (count < 0) {
      end("closed by the peer");
      return;
    }
    TcpInput bytes = input;
    FlowListener above = port.upper();
    if (count == 0 || bytes == null || above == null) {
      return;
    }
    activeNs = loop.nowNs();
    bytes.add(scratch, count);
    deliver(bytes, above);
  }

  private void deliver(TcpInput bytes, FlowListener above) {
    int frames = 0;
    boolean finished = false;
    try {
      while (state == State.OPEN && handle(bytes.next(), bytes, above)) {
        frames++;
      }
      finished = true;
    } finally {
      bytes.keepRest();
      if (!finished) {
        // A defect above cost one message; those behind it must not wait for the peer to send more.
        loop.execute(this::deliverRest);
      }
    }
    watchPart(bytes, frames > 0);
  }

  private void deliverRest() {
    TcpInput bytes = input;
    FlowListener above = port.upper();
    if (bytes != null && above != null) {
      bytes.again();
      deliver(bytes, above);
    }
  }

  private boolean handle(StreamFramer.Frame frame, TcpInput bytes, FlowListener above) {
    return switch (frame) {
      case MORE -> false;
      case MESSAGE -> {
        port.meters().received.add();
        above.onMessage(this, bytes.bytes(), bytes.messageStart(), bytes.messageEnd());
        yield true;
      }
      case PING -> {
        port.meters().dropped(Drop.KEEP_ALIVE);
        writeNow(PONG, 0, PONG.length);
        yield true;
      }
      case PONG -> {
        pong();
        yield true;
      }
      case TOO_LONG, BAD_LENGTH -> {
        port.meters().dropped(Drop.FRAMING);
        end(frame == StreamFramer.Frame.TOO_LONG ? "message too long" : "bad Content-Length");
        yield false;
      }
    };
  }

  // The time runs from the first byte of a message; more bytes of the same message do not extend
  // it.
  private void watchPart(TcpInput bytes, boolean another) {
    if (state != State.OPEN || !bytes.inMessage()) {
      loop.timers().cancel(limit);
    } else if (another || !limit.armed()) {
      loop.timers().schedule(limit, port.settings().messageTimeout().toNanos());
    }
  }

  private void writeNow(byte[] bytes, int from, int to) {
    SocketChannel open = channel;
    int length = to - from;
    if (open == null || !queue.isEmpty() || length > Scratch.SIZE) {
      enqueue(Arrays.copyOfRange(bytes, from, to));
      return;
    }
    activeNs = loop.nowNs();
    try {
      int count = open.write(scratch.out.clear().put(bytes, from, length).flip());
      if (count == length) {
        port.meters().sent.add();
      } else {
        queue.add(Arrays.copyOfRange(bytes, from, to));
        queue.written(count);
        interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      }
    } catch (IOException e) {
      queue.add(Arrays.copyOfRange(bytes, from, to));
      end(words(e));
    }
  }

  private void enqueue(byte[] message) {
    queue.add(message);
    if (queue.bytes() > port.settings().writeBuffer().bytes()) {
      port.meters().dropped(Drop.SLOW_READER);
      end("the peer reads too slowly: write-buffer is full");
    } else if (state == State.OPEN) {
      interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  private void flush() throws IOException {
    SocketChannel open = channel;
    while (open != null && !queue.isEmpty()) {
      ByteBuffer out = scratch.out.clear();
      queue.copyTo(out);
      int offered = out.flip().remaining();
      int count = open.write(out);
      port.meters().sent.add(queue.written(count));
      if (count < offered) {
        interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return;
      }
      activeNs = loop.nowNs();
    }
    interest(SelectionKey.OP_READ);
  }

  private void interest(int operations) {
    if (key != null && key.isValid()) {
      loop.interest(key, operations);
    }
  }

  private void onLimit() {
    if (state == State.OPEN) {
      port.meters().dropped(Drop.MESSAGE_TIMEOUT);
      end("half a message and then nothing for message-timeout");
    } else {
      end("connect timeout");
    }
  }

  private void onIdle() {
    long leftNs = activeNs + port.settings().idleTimeout().toNanos() - loop.nowNs();
    if (leftNs <= 0) {
      end("idle");
    } else {
      loop.timers().schedule(idle, leftNs);
    }
  }

  private void end(String why) {
    State before = state;
    if (before == State.CLOSED || before == State.JOINED) {
      return;
    }
    state = State.CLOSED;
    LOG.debug("{}: {}", this, why);
    loop.timers().cancel(limit);
    loop.timers().cancel(idle);
    input = null;
    if (channel != null) {
      Binding.close(channel);
    }
    port.connections().leave(number);
    port.left(this, inbound);
    undeliverable(queue.drain(), why);
    if (before == State.OPEN) {
      tellLater(above -> above.onClosed(this, why));
    }
  }

  private void undeliverable(List<byte[]> messages, String why) {
    for (byte[] message : messages) {
      if (message.length > PING.length) {
        port.meters().undeliverable.add();
        tellLater(above -> above.onUndeliverable(this, message, 0, message.length, why));
      }
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
}
