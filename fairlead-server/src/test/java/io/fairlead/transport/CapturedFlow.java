// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A flow that keeps what is sent on it. Owned by one loop. */
public final class CapturedFlow implements Flow {
  /** What tests know of UDP. */
  public static final Transport UDP = new Transport("udp", "UDP", 5060, false, false);

  /** What tests know of TCP. */
  public static final Transport TCP = new Transport("tcp", "TCP", 5060, true, false);

  private final Listener listener;
  private final InetSocketAddress remote;
  private final List<String> sent = new ArrayList<>();
  private boolean open = true;
  private int alias;

  /** A flow from that listener to the peer. */
  public CapturedFlow(Listener listener, InetSocketAddress remote) {
    this.listener = listener;
    this.remote = remote;
  }

  /** A UDP flow to an address such as {@code 192.0.2.1}. */
  public static CapturedFlow udp(String address, int port) {
    return new CapturedFlow(listener(0, UDP), new InetSocketAddress(address, port));
  }

  /** An open TCP connection with the address. */
  public static CapturedFlow tcp(String address, int port) {
    return new CapturedFlow(listener(1, TCP), new InetSocketAddress(address, port));
  }

  /** A listener at 203.0.113.10:5060. */
  public static Listener listener(int index, Transport transport) {
    InetSocketAddress bound = new InetSocketAddress("203.0.113.10", 5060);
    return new Listener(
        index, transport.name() + ":203.0.113.10:5060", transport, bound, "203.0.113.10:5060");
  }

  @Override
  public void alias(int port) {
    alias = port;
  }

  /** The port that was offered last; 0 for none. */
  public int alias() {
    return alias;
  }

  /** Ends the connection. */
  public void close() {
    open = false;
  }

  /** All that was sent, oldest first. */
  public List<String> sent() {
    return sent;
  }

  /** All that was sent since the last call, oldest first. */
  public List<String> take() {
    List<String> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  @Override
  public Listener listener() {
    return listener;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public void send(byte[] bytes, int from, int to) {
    sent.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  @Override
  public boolean open() {
    return open;
  }

  @Override
  public String toString() {
    return listener.transport().name() + ":" + remote;
  }
}
