// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.tone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Somebody who has found out the relay's ports of a call and sends a tone of his own there, so that
 * the parties hear him, or the relay sends him what they say. Owned by the tone loop.
 */
public final class ToneStranger {
  private static final int SSRC = 0x0bad;

  private final DatagramChannel channel;
  private final ToneSource source = new ToneSource(TonePhone.STRANGER_HZ, SSRC);
  private final List<InetSocketAddress> targets;
  private final AtomicLong sent = new AtomicLong();

  /**
   * Opens a socket.
   *
   * @param from his address
   * @param targets where he sends to
   */
  public ToneStranger(InetAddress from, List<InetSocketAddress> targets) throws IOException {
    channel = DatagramChannel.open().bind(new InetSocketAddress(from, 0));
    channel.configureBlocking(false);
    this.targets = List.copyOf(targets);
  }

  /** Packets he has sent. */
  public long sent() {
    return sent.get();
  }

  /** Sends 20 ms of his tone to each. By its loop. */
  void tick() {
    for (InetSocketAddress target : targets) {
      try {
        channel.send(source.next(), target);
        sent.incrementAndGet();
      } catch (IOException e) {
        // The call is over.
      }
    }
  }

  /** Closes his socket. By its loop. */
  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
