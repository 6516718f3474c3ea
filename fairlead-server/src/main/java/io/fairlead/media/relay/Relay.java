// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.media.MediaStatus;
import io.fairlead.media.srtp.CryptoSuite;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our own relay: what one side of a call sends is sent on to the other, by ports of ours on each
 * side's network. Streams are opened by signalling loops and live on the relay's own threads.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Relay {
  private final Map<String, RelayPorts> ports = new LinkedHashMap<>();
  private final List<MediaLoop> loops = new ArrayList<>();
  private final Offload offload;

  /**
   * A relay that is not started.
   *
   * @param settings how it works
   * @param networks where it speaks; addresses and ports in the settings are not read here
   * @param meters what it counts
   * @param offload what forwards without it, {@link Offload#NONE} for nothing
   */
  public Relay(
      RelaySettings settings, List<RelayNetwork> networks, Meters meters, Offload offload) {
    this.offload = offload;
    for (RelayNetwork network : networks) {
      ports.put(network.name(), new RelayPorts(network, settings, meters));
    }
    SelfSendGuard ours = new SelfSendGuard(networks);
    RelayMeters relayMeters = new RelayMeters(meters);
    for (int i = 0; i < settings.threads(); i++) {
      MediaLoop loop = new MediaLoop(i, settings, ours, relayMeters);
      String label = Integer.toString(i);
      meters.gauge(Meter.MEDIA_STREAMS, () -> loop.count().get(), label);
      meters.gauge(Meter.MEDIA_LOOP_BUSY, loop::busyPermille, label);
      loops.add(loop);
    }
    for (CryptoSuite suite : CryptoSuite.values()) {
      meters.gauge(Meter.MEDIA_SRTP_SIDES, () -> secured(suite), suite.name());
    }
  }

  /** Starts its threads. Once. */
  public void start() {
    loops.forEach(MediaLoop::start);
  }

  /** Ends its threads and all streams. Once. */
  public void close() {
    loops.forEach(MediaLoop::close);
  }

  /** True for a network the relay speaks on. */
  public boolean serves(String network) {
    return ports.containsKey(network);
  }

  /** How many streams it has. Any thread. */
  public long streams() {
    long all = 0;
    for (MediaLoop loop : loops) {
      all += loop.count().get();
    }
    return all;
  }

  /** How many sides of streams have SRTP that ends at us. Any thread. */
  public long secured() {
    long all = 0;
    for (CryptoSuite suite : CryptoSuite.values()) {
      all += secured(suite);
    }
    return all;
  }

  private long secured(CryptoSuite suite) {
    long all = 0;
    for (MediaLoop loop : loops) {
      all += loop.secured(suite);
    }
    return all;
  }

  /** The ports of each network. Any thread. */
  public List<MediaStatus.NetworkPorts> ports() {
    return ports.values().stream().map(RelayPorts::status).toList();
  }

  /**
   * Opens a stream: takes ports on both sides. Any thread; does not wait.
   *
   * @return null when a network has no ports left, or the process no descriptors
   * @throws IllegalArgumentException for a network it does not serve
   */
  public @Nullable RelayedStream open(StreamRequest request, StreamObserver observer) {
    SidePorts caller = ports(request.callerNetwork()).open();
    if (caller == null) {
      return null;
    }
    SidePorts callee = ports(request.calleeNetwork()).open();
    if (callee == null) {
      caller.abandon(System.nanoTime());
      return null;
    }
    MediaLoop loop = leastBusy();
    loop.count().getAndIncrement();
    var sides =
        new MediaStream.Sides(
            new StreamSide(Side.CALLER, caller), new StreamSide(Side.CALLEE, callee));
    MediaStream stream = new MediaStream(this, loop, request, observer, sides);
    loop.execute(stream::begin);
    return stream;
  }

  RelayPorts ports(String network) {
    RelayPorts found = ports.get(network);
    if (found == null) {
      throw new IllegalArgumentException("no media on network " + network);
    }
    return found;
  }

  Offload offload() {
    return offload;
  }

  private MediaLoop leastBusy() {
    MediaLoop least = loops.getFirst();
    for (MediaLoop loop : loops) {
      if (loop.count().get() < least.count().get()) {
        least = loop;
      }
    }
    return least;
  }
}
