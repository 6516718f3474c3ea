// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.transport.ListenerMeters.Drop;
import io.fairlead.transport.WriteQueue.Waiting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a {@link StreamSocket}: frames and encrypts, writes what the socket takes, and
 * keeps what it does not take, up to {@code write-buffer}.
 *
 * <p>Owned by one loop.
 */
final class StreamOutput {
  private final StreamSocket socket;
  private final StreamTimeouts watch;
  private final Framing framing;
  private final @Nullable ConnectionEncryption security;
  private final WriteQueue queue = new WriteQueue();

  StreamOutput(
      StreamSocket socket,
      StreamTimeouts watch,
      Framing framing,
      @Nullable ConnectionEncryption security) {
    this.socket = socket;
    this.watch = watch;
    this.framing = framing;
    this.security = security;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** True when the socket has not taken all of what is being written. */
  boolean hasRest() {
    return queue.hasRest();
  }

  /** True when the socket must say when it takes more. */
  boolean waits() {
    return queue.hasRest() || mayWrite() && !queue.isEmpty();
  }

  /** The message for which the connection is made; kept. */
  void first(byte[] message) {
    queue.add(new Waiting(message, true));
  }

  /** Keeps one for later. */
  void enqueue(Waiting one) {
    queue.add(one);
    if (bounded() && socket.state() == StreamState.OPEN) {
      socket.interest();
    }
  }

  /** Writes, behind what waits; the bytes are borrowed. The framing's own go before messages. */
  void write(byte[] bytes, int from, int to, boolean message) {
    SocketChannel open = socket.channel();
    if (open == null || queue.hasRest() || message && !queue.isEmpty()) {
      enqueue(new Waiting(Arrays.copyOfRange(bytes, from, to), message));
      return;
    }
    transmit(open, bytes, from, to, message);
  }

  /** Writes as it is what goes before anything that waits. */
  void wire(SocketChannel open, ByteBuffer bytes) {
    try {
      if (!queue.hasRest()) {
        open.write(bytes);
      }
      if (bytes.hasRemaining()) {
        queue.keepRest(bytes, null);
        bounded();
        socket.interest();
      }
    } catch (IOException e) {
      socket.failed(e);
    }
  }

  /** Writes of what waits as much as the socket takes. */
  void flush(SocketChannel open) {
    try {
      while (queue.hasRest()) {
        ByteBuffer out = socket.scratch().out.clear();
        queue.copyRest(out);
        int offered = out.flip().remaining();
        int count = open.write(out);
        count(queue.restWritten(count));
        if (count < offered) {
          return;
        }
        watch.active();
      }
    } catch (IOException e) {
      socket.failed(e);
      return;
    }
    Waiting next;
    while (mayWrite() && (next = queue.poll()) != null) {
      transmit(open, next.bytes(), 0, next.bytes().length, next.message());
    }
  }

  /** Takes off all messages that are not wholly written. */
  List<byte[]> drain() {
    return queue.drain();
  }

  private void transmit(SocketChannel open, byte[] bytes, int from, int to, boolean message) {
    watch.active();
    ByteBuffer out = encode(bytes, from, to, message);
    if (socket.state() == StreamState.CLOSED) {
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
      socket.interest();
    } catch (IOException e) {
      queue.keepRest(out, new Waiting(Arrays.copyOfRange(bytes, from, to), message));
      socket.failed(e);
    }
  }

  // As it goes over the wire. Only a message longer than any that is received needs a buffer of its
  // own.
  private ByteBuffer encode(byte[] bytes, int from, int to, boolean message) {
    LoopBuffers scratch = socket.scratch();
    int size = to - from;
    boolean fits = size <= LoopBuffers.SIZE;
    ByteBuffer out =
        fits
            ? scratch.out.clear()
            : ByteBuffer.allocate(
                size + size / 16 + Framing.OVERHEAD + ConnectionEncryption.OVERHEAD);
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

  private boolean bounded() {
    if (socket.state() != StreamState.CLOSED
        && queue.bytes() > socket.settings().writeBuffer().bytes()) {
      socket.meters().dropped(Drop.SLOW_READER);
      socket.cut("the peer reads too slowly: write-buffer is full");
      return false;
    }
    return true;
  }

  private boolean mayWrite() {
    StreamState state = socket.state();
    return (state == StreamState.OPEN || state == StreamState.ENDING) && !queue.hasRest();
  }

  private void count(boolean message) {
    if (message) {
      socket.meters().sent.add();
    }
  }
}
