// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** A UDP flow that counts what it is given and sends nothing. Owned by one loop. */
final class CountedFlow implements Flow {
  private static final Listener LISTENER =
      new Listener(0, "bench", Transports.byName("udp"), address(5, 5060), "127.0.0.5:5060");

  private final InetSocketAddress remote;
  private long bytes;

  /** To 127.0.0.host. */
  CountedFlow(int host, int port) {
    remote = address(host, port);
  }

  /** An address of the loopback net. */
  static InetSocketAddress address(int host, int port) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host}), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many bytes it was given so far. */
  long bytes() {
    return bytes;
  }

  @Override
  public Listener listener() {
    return LISTENER;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public void send(byte[] message, int from, int to) {
    bytes += to - from;
  }

  @Override
  public boolean open() {
    return true;
  }
}
