// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One UDP socket with a thread, timers and a parser: what a small SIP server or phone needs. All
 * but {@link #execute} and {@link #close} is for its own thread. Owned by one thread of its own.
 */
final class DemoEndpoint implements AutoCloseable {
  /** Who understands the messages. */
  interface User {
    /** A well-formed message; borrowed until the method returns. */
    void onMessage(SipMessage message, InetSocketAddress source);
  }

  private record Due(long atNs, long order, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atNs - other.atNs, 0);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private static final long IDLE_MS = 1000;

  private final DatagramChannel channel;
  private final Selector selector;
  private final InetSocketAddress address;
  private final User user;
  private final SipParser parser = new SipParser();
  private final ByteBuffer buffer = ByteBuffer.allocate(SipParser.MAX_LENGTH);
  private final PriorityQueue<Due> timers = new PriorityQueue<>();
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean closed;
  private long order;

  /** Binds the socket; nothing is received before {@link #start}. */
  DemoEndpoint(String name, InetSocketAddress bind, User user) throws IOException {
    this.user = user;
    channel = DatagramChannel.open().bind(bind);
    channel.configureBlocking(false);
    address = (InetSocketAddress) channel.getLocalAddress();
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
    thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  InetSocketAddress address() {
    return address;
  }

  /** Runs the command on the endpoint's thread. */
  void execute(Runnable command) {
    commands.add(command);
    selector.wakeup();
  }

  /** Runs the action later, unless the endpoint is closed by then. */
  void after(long ms, Runnable action) {
    timers.add(new Due(System.nanoTime() + ms * 1_000_000, order++, action));
  }

  /** Sends one datagram. What the system refuses is lost, as datagrams are. */
  void send(byte[] bytes, InetSocketAddress to) {
    try {
      channel.send(ByteBuffer.wrap(bytes), to);
    } catch (IOException e) {
      // The sender's own timers repeat it.
    }
  }

  /**
   * Closes the socket and waits for the thread; from then on the system refuses what is sent here.
   */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(2000);
      channel.close();
      selector.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(waitMs());
        selector.selectedKeys().clear();
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
          command.run();
        }
        for (Due due = timers.peek();
            due != null && due.atNs() - System.nanoTime() <= 0;
            due = timers.peek()) {
          timers.remove();
          due.action().run();
        }
        receive();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long waitMs() {
    Due next = timers.peek();
    long ms = next == null ? IDLE_MS : (next.atNs() - System.nanoTime()) / 1_000_000 + 1;
    return Math.clamp(ms, 1, IDLE_MS);
  }

  private void receive() throws IOException {
    for (InetSocketAddress source = read(); source != null && !closed; source = read()) {
      SipMessage message = parser.parse(buffer.array(), 0, buffer.limit());
      if (message != null && message.problem() == null) {
        user.onMessage(message, source);
      }
    }
  }

  private @Nullable InetSocketAddress read() throws IOException {
    buffer.clear();
    InetSocketAddress source = (InetSocketAddress) channel.receive(buffer);
    buffer.flip();
    return source;
  }
}
