// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.linux.UdpPort;
import io.fairlead.media.MediaStatus;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of one network and how their sockets are opened. The thread that asks opens them
 * itself: the numbers stand in the description that it writes next, and a port that another program
 * has is found by nothing else.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class RelayPorts {
  private static final Logger LOG = LoggerFactory.getLogger(RelayPorts.class);
  // So many pairs in a row that other programs have, or no descriptors: the caller is told.
  private static final int TRIES = 32;

  private final RelayNetwork network;
  private final PortPairs pairs;
  private final int trafficClass;
  private final int receiveBuffer;
  private final Counter exhausted;

  RelayPorts(RelayNetwork network, RelaySettings settings, Meters meters) {
    this.network = network;
    pairs = new PortPairs(network.ports(), settings.quarantine().toNanos(), System.nanoTime());
    trafficClass = settings.dscp() << 2;
    receiveBuffer = settings.receiveBuffer().intBytes();
    exhausted = meters.counter(Meter.MEDIA_PORTS_EXHAUSTED, network.name());
    meters.gauge(Meter.MEDIA_PORTS_TAKEN, pairs::taken, network.name());
    meters.gauge(Meter.MEDIA_PORTS_FREE, () -> pairs.free(System.nanoTime()), network.name());
  }

  /** A pair with its sockets; null when there is none. Any thread. */
  @Nullable SidePorts open() {
    int error = 0;
    for (int i = 0; i < TRIES; i++) {
      long nowNs = System.nanoTime();
      int port = pairs.take(nowNs);
      if (port < 0) {
        break;
      }
      int rtp = socket(port);
      int rtcp = rtp < 0 ? rtp : socket(port + 1);
      if (rtcp >= 0) {
        return new SidePorts(network, pairs, port, rtp, rtcp);
      }
      if (rtp >= 0) {
        UdpPort.close(rtp);
      }
      error = -rtcp;
      pairs.giveBack(port, nowNs);
    }
    exhausted.add();
    LOG.debug("no ports on {}: {}", network.name(), error == 0 ? "none free" : "error " + error);
    return null;
  }

  private int socket(int port) {
    return UdpPort.open(
        new InetSocketAddress(network.address(), port), trafficClass, receiveBuffer);
  }

  MediaStatus.NetworkPorts status() {
    return new MediaStatus.NetworkPorts(
        network.name(),
        network.address().getHostAddress(),
        pairs.taken(),
        pairs.free(System.nanoTime()));
  }

  /** Pairs in use. */
  int taken() {
    return pairs.taken();
  }

  int trafficClass() {
    return trafficClass;
  }
}
