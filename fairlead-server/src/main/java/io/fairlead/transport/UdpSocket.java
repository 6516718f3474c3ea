// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.linux.DatagramBatch;
import io.fairlead.linux.LinuxSockets;
import io.fairlead.linux.Sockaddr;
import io.fairlead.loop.ReadyListener;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.net.SourceKey;
import io.fairlead.stun.StunMessage;
import io.fairlead.transport.ListenerMeters.Drop;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP socket on one loop.
 *
 * <p>Owned by one loop.
 */
final class UdpSocket implements ReadyListener {
  private static final Logger LOG = LoggerFactory.getLogger(UdpSocket.class);
  private static final int FLOWS = 1024;
  // "A a:b SIP/2.0" and an empty line: nothing shorter is SIP.
  private static final int SHORTEST = 17;
  private static final int LARGEST = 65507;
  // An earlier ICMP error fails the next send and is gone then.
  private static final int TRIES = 3;
  private static final int ERRORS_EVERY = 64;

  private final UdpTransport port;
  private final DatagramChannel channel;
  private final SelectorLoop loop;
  private final LoopBuffers scratch;
  private final StunResponder stun;
  private final int batch;
  private final int fd;
  private final @Nullable UdpFlow[] flows = new UdpFlow[FLOWS];
  private @Nullable FlowListener upper;
  private SourceGate gate = SourceGate.OPEN;
  private int turn = 1;
  private int sinceErrors;
  private boolean closed;

  /** One socket on its loop. */
  record Place(DatagramChannel channel, SelectorLoop loop, LoopBuffers scratch) {}

  UdpSocket(UdpTransport port, Place place, StunResponder stun, int batch) {
    this.port = port;
    this.channel = place.channel;
    this.loop = place.loop;
    this.scratch = place.scratch;
    this.stun = stun;
    this.batch = batch;
    this.fd = LinuxSockets.fd(channel);
  }

  SelectorLoop loop() {
    return loop;
  }

  void start(FlowListener listener, SourceGate asked) {
    loop.execute(() -> {
      upper = listener;
      gate = asked;
      try {
        loop.register(channel, SelectionKey.OP_READ, this);
      } catch (ClosedChannelException e) {
        LOG.debug("{}: closed before it was started", port.listener().name());
      }
    });
  }

  void close() {
    if (!loop.running() || loop.inLoop()) {
      closeNow();
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(() -> {
      closeNow();
      done.countDown();
    });
    SocketBinder.await(done);
  }

  // On the loop: elsewhere a send could meet the descriptor's number in its next life.
  private void closeNow() {
    closed = true;
    upper = null;
    SocketBinder.close(channel);
  }

  /**
   * Reads as many as the last turn brought, so that a lone datagram costs no second, fruitless read
   * and a burst is read in one go.
   */
  @Override
  public void onReady(SelectionKey key) {
    FlowListener listener = upper;
    if (listener == null) {
      return;
    }
    // A lone one is read where it is parsed, many are copied there when they are heard.
    int got = turn > 1 && fd >= 0 ? receiveMany(turn) : receive(listener) ? 1 : 0;
    turn = got == turn ? Math.min(turn * 2, batch) : Math.max(1, got);
    sinceErrors += got;
    if (got == 0 || sinceErrors >= ERRORS_EVERY) {
      sinceErrors = 0;
      deliverErrors(listener);
    }
  }

  private boolean receive(FlowListener listener) {
    if (fd < 0) {
      return receiveByJdk(listener);
    }
    byte[] source = scratch.source;
    scratch.sourceLength[0] = Sockaddr.room();
    int length =
        LinuxSockets.receive(
            fd, scratch.receivedMemory, scratch.sourceMemory, scratch.sourceLengthMemory);
    if (length < 0) {
      return false;
    }
    // Nothing is made for a source before it is known that it is heard.
    if (worthReading(length) && isHeard(Sockaddr.upper(source), Sockaddr.lower(source))) {
      UdpFlow flow = flow(source);
      if (flow != null) {
        take(listener, flow, length);
      }
    }
    return true;
  }

  private int receiveMany(int most) {
    DatagramBatch datagrams = scratch.datagrams(batch);
    int count = datagrams.receive(fd, most);
    byte[] source = scratch.source;
    for (int i = 0; i < count; i++) {
      FlowListener listener = upper;
      if (listener == null) {
        // Closed by what came before.
        break;
      }
      int length = datagrams.length(i);
      boolean copied = isNoText(length, length == 0 ? 0 : datagrams.first(i));
      if (copied) {
        datagrams.copy(i, scratch.received);
        if (!worthReading(length)) {
          continue;
        }
      }
      datagrams.source(i, source);
      if (!isHeard(Sockaddr.upper(source), Sockaddr.lower(source))) {
        continue;
      }
      UdpFlow flow = flow(source);
      if (flow != null) {
        if (!copied) {
          datagrams.copy(i, scratch.received);
        }
        take(listener, flow, length);
      }
    }
    return count;
  }

  private boolean receiveByJdk(FlowListener listener) {
    ByteBuffer in = scratch.in.clear();
    try {
      InetSocketAddress source = (InetSocketAddress) channel.receive(in);
      int length = in.position();
      in.get(0, scratch.received, 0, length);
      if (source == null) {
        return false;
      }
      InetAddress address = source.getAddress();
      if (worthReading(length) && isHeard(SourceKey.upper(address), SourceKey.lower(address))) {
        take(listener, flow(source), length);
      }
      return true;
    } catch (IOException e) {
      LOG.debug("{}: receive: {}", port.listener().name(), e.toString());
      return false;
    }
  }

  private boolean worthReading(int length) {
    byte[] bytes = scratch.received;
    if (isNoText(length, bytes[0])) {
      if (keepAlive(bytes, length)) {
        port.meters().dropped(Drop.KEEP_ALIVE);
        return false;
      }
      if (length < SHORTEST) {
        port.meters().dropped(Drop.TOO_SHORT);
        return false;
      }
    }
    return true;
  }

  private static boolean isNoText(int length, byte first) {
    return length < SHORTEST || first == '\r' || first == '\n';
  }

  private boolean isHeard(long upperHalf, long lowerHalf) {
    if (gate.message(upperHalf, lowerHalf, false, loop.nowNs()) == SourceVerdict.HEARD) {
      return true;
    }
    port.meters().dropped(Drop.GUARD);
    return false;
  }

  private void take(FlowListener listener, UdpFlow flow, int length) {
    byte[] bytes = scratch.received;
    if (StunMessage.begins(bytes[0])) {
      if (stun.take(flow.raw(), bytes, length, loop.nowNs())) {
        send(flow, stun.answer().bytes(), 0, stun.answer().length());
      }
      return;
    }
    port.meters().received.add();
    listener.onMessage(flow, bytes, 0, length);
  }

  private static boolean keepAlive(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] != '\r' && bytes[i] != '\n' && bytes[i] != 0) {
        return false;
      }
    }
    return length > 0;
  }

  /**
   * The flow to a peer, from a small table: the same peers come again and again. On the loop only.
   */
  UdpFlow flow(InetSocketAddress remote) {
    int slot = slot(Sockaddr.hash(remote));
    UdpFlow flow = flows[slot];
    if (flow == null || !flow.remote().equals(remote)) {
      flow = new UdpFlow(port, remote);
      flows[slot] = flow;
    }
    return flow;
  }

  // The same for an address as the kernel writes it; null for a family we do not know.
  private @Nullable UdpFlow flow(byte[] sockaddr) {
    int slot = slot(Sockaddr.hash(sockaddr));
    UdpFlow flow = flows[slot];
    if (flow == null || !flow.isTo(sockaddr)) {
      InetSocketAddress remote = Sockaddr.read(sockaddr);
      if (remote == null) {
        return null;
      }
      flow = new UdpFlow(port, remote);
      flows[slot] = flow;
    }
    return flow;
  }

  private static int slot(int hash) {
    return (hash * 0x9E3779B1) >>> 22;
  }

  /** Sends, on the loop. */
  void send(UdpFlow flow, byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > LARGEST) {
      undeliverable(flow, bytes, from, to, "message too long for a datagram");
      return;
    }
    if (closed) {
      return;
    }
    // The JDK's send takes an earlier ICMP error for success and so loses the message, hence our
    // own call.
    MemorySegment memory = MemorySegment.ofArray(bytes);
    MemorySegment message = from == 0 ? memory : memory.asSlice(from);
    for (int attempt = 0; attempt < TRIES && fd >= 0; attempt++) {
      if (LinuxSockets.send(fd, message, length, flow.sockaddr()) == length) {
        port.meters().sent.add();
        return;
      }
    }
    sendByJdk(flow, bytes, from, to);
  }

  /** Sends on the loop, from any other thread. */
  void sendLater(UdpFlow flow, byte[] bytes) {
    loop.execute(() -> send(flow, bytes, 0, bytes.length));
  }

  // Without native calls no ICMP error is asked for, so none is in the way; with them, this tells
  // why a send failed.
  private void sendByJdk(UdpFlow flow, byte[] bytes, int from, int to) {
    ByteBuffer out = scratch.out.clear().put(bytes, from, to - from).flip();
    try {
      if (channel.send(out, flow.remote()) == 0) {
        port.meters().dropped(Drop.SEND_BUFFER_FULL);
      } else {
        port.meters().sent.add();
      }
    } catch (IOException e) {
      String why = e.getMessage() == null ? "send failed" : e.getMessage().toLowerCase(Locale.ROOT);
      undeliverable(flow, bytes, from, to, why);
    }
  }

  // Later, not from within send: the sender may be in the middle of a change of state.
  private void undeliverable(UdpFlow flow, byte[] bytes, int from, int to, String why) {
    byte[] copy = Arrays.copyOfRange(bytes, from, to);
    loop.execute(() -> {
      if (upper != null) {
        port.meters().undeliverable.add();
        upper.onUndeliverable(flow, copy, 0, copy.length, why);
      }
    });
  }

  private void deliverErrors(FlowListener listener) {
    ErrorQueue errors = scratch.errors;
    // What is left when the batch is used up wakes the loop again: the queue stays readable.
    for (int i = 0; i < batch && errors.next(fd); i++) {
      InetSocketAddress remote = errors.remote();
      if (remote != null && errors.fatal()) {
        port.meters().undeliverable.add();
        listener.onUndeliverable(flow(remote), errors.bytes(), 0, errors.length(), errors.why());
      }
    }
  }
}
