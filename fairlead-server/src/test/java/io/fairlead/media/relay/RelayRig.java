// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.config.ByteSize;
import io.fairlead.loop.Loop;
import io.fairlead.loop.TimerWheel;
import io.fairlead.media.OnSilence;
import io.fairlead.observe.Meters;
import io.fairlead.sdp.OfferAnswer.Side;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A relay on loopback with networks {@code four} (IPv4) and {@code six} (IPv6), and its peers. */
final class RelayRig implements AutoCloseable {
  static final InetAddress V4 = InetAddress.ofLiteral("127.0.0.1");
  static final InetAddress V6 = InetAddress.ofLiteral("::1");
  private static final int PATIENCE_MS = 10_000;

  final Meters meters = new Meters();
  final LinkedBlockingQueue<String> silences = new LinkedBlockingQueue<>();
  final Relay relay;

  RelayRig(boolean ring, Offload offload) {
    this(ring, offload, Duration.ofSeconds(3), new PortRange(28_000, 28_999));
  }

  RelayRig(boolean ring, Offload offload, Duration relearnAfter, PortRange ports) {
    relay =
        new Relay(
            settings(ring, relearnAfter, ports),
            List.of(
                new RelayNetwork("four", V4, InetAddress.ofLiteral("203.0.113.9"), ports),
                new RelayNetwork("six", V6, V6, ports)),
            meters,
            offload);
    relay.start();
  }

  private static RelaySettings settings(boolean ring, Duration relearnAfter, PortRange ports) {
    return new RelaySettings(
        Map.of("*", ports),
        Map.of(),
        Map.of(),
        Duration.ofMinutes(1),
        Duration.ofMinutes(30),
        OnSilence.LOG,
        KernelSettings.usual(),
        Map.of(),
        8,
        64,
        1,
        46,
        Duration.ofSeconds(10),
        Duration.ofMillis(10),
        relearnAfter,
        Duration.ofMillis(1),
        new ByteSize(2048),
        64,
        new ByteSize(65_536),
        ring);
  }

  @Nullable RelayedStream stream(String caller, String callee) {
    return relay.open(
        new StreamRequest(new Immediate(), "audio", caller, callee),
        (silent, forLong) -> silences.add(silent == null ? "both" : silent.name()));
  }

  /** What a usual phone describes: PCMA and telephone-event at that address. */
  static DescribedMedia described(@Nullable Peer at) {
    return described(at, false, true, true, Duration.ofMinutes(1));
  }

  static DescribedMedia described(
      @Nullable Peer at, boolean muxed, boolean sends, boolean receives, Duration timeout) {
    BitSet types = new BitSet();
    types.set(8);
    types.set(101);
    @Nullable String[] names = new String[128];
    names[8] = "PCMA/8000";
    names[101] = "telephone-event/8000";
    return new DescribedMedia(
        at == null ? null : at.address(),
        at == null ? null : at.rtcpAddress(),
        muxed,
        true,
        false,
        null,
        types,
        names,
        sends,
        receives,
        true,
        timeout);
  }

  static DescribedMedia anything(Peer at) {
    return new DescribedMedia(
        at.address(),
        null,
        false,
        false,
        false,
        null,
        new BitSet(),
        new String[0],
        true,
        true,
        true,
        Duration.ofMinutes(1));
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not come to pass");
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    relay.close();
  }

  /** A phone's sockets for RTP and RTCP. */
  static final class Peer implements AutoCloseable {
    private final DatagramSocket rtp;
    private final DatagramSocket rtcp;
    private final int ssrc;
    private int sequence = 100;

    Peer(InetAddress address, int ssrc) throws IOException {
      rtp = new DatagramSocket(0, address);
      rtcp = new DatagramSocket(0, address);
      rtp.setSoTimeout(PATIENCE_MS);
      rtcp.setSoTimeout(PATIENCE_MS);
      this.ssrc = ssrc;
    }

    InetSocketAddress address() {
      return new InetSocketAddress(rtp.getLocalAddress(), rtp.getLocalPort());
    }

    InetSocketAddress rtcpAddress() {
      return new InetSocketAddress(rtcp.getLocalAddress(), rtcp.getLocalPort());
    }

    byte[] packet(int type) {
      ByteBuffer out = ByteBuffer.allocate(172);
      out.put((byte) 0x80).put((byte) type).putShort((short) sequence++);
      return out.putInt(sequence * 160).putInt(ssrc).array();
    }

    byte[] speak(RelayedStream stream, Side side) throws IOException {
      byte[] packet = packet(8);
      send(stream, side, packet);
      return packet;
    }

    void send(RelayedStream stream, Side side, byte[] bytes) throws IOException {
      rtp.send(new DatagramPacket(bytes, bytes.length, rtp.getLocalAddress(), stream.port(side)));
    }

    void sendRtcp(RelayedStream stream, Side side, byte[] bytes) throws IOException {
      rtcp.send(
          new DatagramPacket(bytes, bytes.length, rtcp.getLocalAddress(), stream.port(side) + 1));
    }

    byte[] hear() throws IOException {
      return hear(rtp);
    }

    byte[] hearRtcp() throws IOException {
      return hear(rtcp);
    }

    /** True when nothing is there that has been sent before what another has heard. */
    boolean heardNothing() throws IOException {
      rtp.setSoTimeout(1);
      try {
        hear(rtp);
        return false;
      } catch (SocketTimeoutException e) {
        return true;
      } finally {
        rtp.setSoTimeout(PATIENCE_MS);
      }
    }

    private static byte[] hear(DatagramSocket socket) throws IOException {
      DatagramPacket in = new DatagramPacket(new byte[4096], 4096);
      socket.receive(in);
      return java.util.Arrays.copyOf(in.getData(), in.getLength());
    }

    @Override
    public void close() {
      rtp.close();
      rtcp.close();
    }
  }

  /** A loop that does at once what it is told. */
  private static final class Immediate implements Loop {
    @Override
    public int index() {
      return 0;
    }

    @Override
    public long nowNs() {
      return System.nanoTime();
    }

    @Override
    public TimerWheel timers() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable command) {
      command.run();
    }
  }
}
