// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.tone;

import io.fairlead.cli.demo.tone.ToneDetector.Heard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one phone says and hears in one call. It is behind a pretended NAT: its socket, on a
 * loopback address, stands for the port that the NAT has given it, and of that it knows nothing.
 *
 * <p>Its loop sends and listens; orders and questions may come from any thread.
 */
public final class TonePhone {
  /** The tone of {@link ToneStranger}, higher than all others. */
  static final int STRANGER_HZ = 3600;

  private static final int LONGEST = 2048;
  private static final long LATELY_NS = 700_000_000;

  private final InetAddress nat;
  private final ToneSource source;
  private final ToneDetector detector;
  private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
  private DatagramChannel channel;
  private volatile String seenAs;
  private volatile @Nullable InetSocketAddress target;
  private volatile boolean speaking;
  private volatile boolean listening;
  private volatile boolean moving;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong piecesHeard = new AtomicLong();
  private final AtomicLong piecesOfStrangers = new AtomicLong();
  private volatile long longestGapNs;
  private volatile long heardNs;
  private volatile long sinceNs;

  /**
   * Opens its socket.
   *
   * @param nat the loopback address that stands for the NAT's public one
   * @param hertz its own tone
   * @param otherHertz the tone of whom it talks to
   */
  public TonePhone(InetAddress nat, int hertz, int otherHertz) throws IOException {
    this.nat = nat;
    source = new ToneSource(hertz, 0x10000 * otherHertz + hertz);
    detector = new ToneDetector(otherHertz, STRANGER_HZ);
    channel = open(nat);
    seenAs = shown(channel);
  }

  private static DatagramChannel open(InetAddress nat) throws IOException {
    DatagramChannel opened = DatagramChannel.open().bind(new InetSocketAddress(nat, 0));
    opened.configureBlocking(false);
    return opened;
  }

  private static String shown(DatagramChannel channel) throws IOException {
    InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
    return local.getAddress().getHostAddress() + ":" + local.getPort();
  }

  /**
   * Where its packets go from now on: what the last description says. One that is not on this
   * machine is the private address of a phone behind another NAT, which nothing reaches.
   */
  public void sendTo(InetSocketAddress where) {
    target = where.getAddress().isLoopbackAddress() ? where : null;
  }

  /** Where its packets go. */
  public @Nullable InetSocketAddress target() {
    return target;
  }

  /**
   * Orders both directions.
   *
   * @param speak whether it sends its tone
   * @param listen whether it should hear the other's
   */
  public void talk(boolean speak, boolean listen) {
    if (listen && !listening) {
      sinceNs = System.nanoTime();
      heardNs = sinceNs;
    }
    speaking = speak;
    listening = listen;
  }

  /** Its NAT gives it another port, as some do after a while, or when the network has changed. */
  public void move() {
    moving = true;
  }

  /** Its address and port behind the NAT, as others see them. */
  public String seenAs() {
    return seenAs;
  }

  /** Packets it has sent. */
  public long sent() {
    return sent.get();
  }

  /** Packets that reached it. */
  public long received() {
    return received.get();
  }

  /** Whether it should hear the other. */
  public boolean listening() {
    return listening;
  }

  /** Whether it has heard the other just now. */
  public boolean hears() {
    return piecesHeard.get() > 0 && System.nanoTime() - heardNs < LATELY_NS;
  }

  /** Whether it has heard the other at all. */
  public boolean hasHeard() {
    return piecesHeard.get() > 0;
  }

  /** Whether it has heard a stranger. */
  public boolean heardStranger() {
    return piecesOfStrangers.get() > 0;
  }

  /** How long it has listened now, milliseconds. */
  public long listenedMs() {
    return listening ? (System.nanoTime() - sinceNs) / 1_000_000 : 0;
  }

  /** The longest time for which it listened and heard nothing, milliseconds. */
  public long longestGapMs() {
    long now = listening ? System.nanoTime() - heardNs : 0;
    return Math.max(longestGapNs, now) / 1_000_000;
  }

  /** Listens, and says its next 20 ms. By its loop, each 20 ms. */
  void tick() {
    try {
      if (moving) {
        DatagramChannel before = channel;
        channel = open(nat);
        seenAs = shown(channel);
        before.close();
        moving = false;
      }
      hear();
      speak();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void hear() throws IOException {
    buffer.clear();
    for (SocketAddress from = channel.receive(buffer);
        from != null;
        from = channel.receive(buffer)) {
      buffer.flip();
      if (buffer.remaining() > ToneSource.HEADER) {
        received.incrementAndGet();
        count(detector.take(buffer.position(ToneSource.HEADER)));
      }
      buffer.clear();
    }
  }

  private void count(Heard heard) {
    switch (heard) {
      case OTHER -> {
        long now = System.nanoTime();
        if (listening) {
          longestGapNs = Math.max(longestGapNs, now - heardNs);
        }
        heardNs = now;
        piecesHeard.incrementAndGet();
      }
      case STRANGER -> piecesOfStrangers.incrementAndGet();
      case NOTHING_YET, NOISE -> {}
    }
  }

  private void speak() {
    InetSocketAddress to = target;
    if (speaking && to != null) {
      try {
        channel.send(source.next(), to);
        sent.incrementAndGet();
      } catch (IOException e) {
        // The relay's port is closed: the call is over there, and will be here in a moment.
      }
    }
  }

  /** Closes its socket. By its loop. */
  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
