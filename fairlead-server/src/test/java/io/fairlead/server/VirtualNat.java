// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A NAT of the virtual network for UDP: each inside address has a port of the public address while
 * it sends, and what comes from outside to a port that timed out is lost without a word. Only what
 * is sent from inside refreshes a port, as RFC 4787 §4.3 REQ-6 asks at least.
 *
 * <p>Owned by the test's thread.
 */
final class VirtualNat {
  private final VirtualNet net;
  private final String address;
  private final long timeoutMs;
  private final Map<InetSocketAddress, Pinhole> pinholes = new HashMap<>();
  private int lastPort = 20_000;

  VirtualNat(VirtualNet net, String address, Duration timeout) {
    this.net = net;
    this.address = address;
    this.timeoutMs = timeout.toMillis();
  }

  /** A phone's way out; the phone hears what comes back. */
  VirtualNet.Link link(InetSocketAddress inside, Listener to, VirtualNet.Peer phone) {
    return new Out(inside, to, phone);
  }

  /** The address and port the phone was seen with last. */
  InetSocketAddress seenAs(InetSocketAddress inside) {
    return pinholes.get(inside).outside;
  }

  private final class Pinhole {
    private final InetSocketAddress outside;
    private long usedMs;

    Pinhole(InetSocketAddress outside) {
      this.outside = outside;
    }

    boolean open() {
      return net.nowMs() - usedMs < timeoutMs;
    }
  }

  private final class Out implements VirtualNet.Link {
    private final InetSocketAddress inside;
    private final Listener to;
    private final VirtualNet.Peer phone;

    Out(InetSocketAddress inside, Listener to, VirtualNet.Peer phone) {
      this.inside = inside;
      this.to = to;
      this.phone = phone;
    }

    @Override
    public void send(String text) {
      Pinhole pinhole = pinholes.get(inside);
      if (pinhole == null || !pinhole.open()) {
        pinhole = new Pinhole(VirtualNet.at(address, ++lastPort));
        pinholes.put(inside, pinhole);
        comeBack(pinhole);
      }
      pinhole.usedMs = net.nowMs();
      net.udp(pinhole.outside, to).send(text);
    }

    private void comeBack(Pinhole pinhole) {
      net.open(
          pinhole.outside,
          (link, text) -> {
            if (pinhole.open()) {
              phone.onMessage(this, text);
            }
          });
    }

    @Override
    public Transport transport() {
      return CapturedFlow.UDP;
    }

    @Override
    public InetSocketAddress remote() {
      return to.bound();
    }
  }
}
