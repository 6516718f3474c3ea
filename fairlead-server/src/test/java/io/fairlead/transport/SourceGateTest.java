// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.Loops;
import io.fairlead.net.Cidr;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.transport.proxyprotocol.ProxyHeaders;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listeners ask who is heard, before they read. */
class SourceGateTest {
  private static final String MESSAGE = "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n";
  private static final String BALANCER = "127.0.0.69";
  private static final long STRANGER = SourceKey.of(InetAddress.ofLiteral("127.0.0.66"));
  private static final long LATE = SourceKey.of(InetAddress.ofLiteral("127.0.0.67"));

  /**
   * Bars one source from the start, another one from its second message on, drops a third one's.
   */
  private static final class Strict implements SourceGate {
    private int late;

    @Override
    public boolean connection(long upper, long lower, long nowNs) {
      return SourceKey.of(upper, lower) != STRANGER;
    }

    @Override
    public SourceVerdict message(long upper, long lower, boolean connected, long nowNs) {
      long source = SourceKey.of(upper, lower);
      if (source == LATE) {
        return late++ == 0 ? SourceVerdict.HEARD : SourceVerdict.BARRED;
      }
      return source == STRANGER ? SourceVerdict.DROPPED : SourceVerdict.HEARD;
    }
  }

  private final Meters meters = new Meters();
  private final Recorder recorder = new Recorder();
  private final Loops loops = new Loops(1, () -> {});
  private final NetworkListeners network =
      NetworkListeners.open(
          List.of(
              ListenerSettings.of("udp://127.0.0.1:0"),
              ListenerSettings.of("tcp://127.0.0.1:0"),
              balanced()),
          loops,
          meters);

  private static ListenerSettings balanced() {
    TunedListener tuned = new TunedListener("tcp://127.0.0.1:0");
    tuned.proxyProtocol = new ProxyProtocolSettings(List.of(Cidr.parse("127.0.0.0/8")));
    return tuned.settings();
  }

  @BeforeEach
  void start() {
    loops.start();
    network.start(recorder, new Strict());
  }

  @AfterEach
  void close() {
    network.close();
    assertThat(loops.stop(Duration.ofSeconds(5))).isTrue();
  }

  private InetSocketAddress bound(int listener) {
    return network.listeners().get(listener).bound();
  }

  private long dropped(int listener) {
    return meters
        .counter(Meter.LISTENER_DROPPED, network.listeners().get(listener).name(), "guard")
        .value();
  }

  private void datagram(String from) throws Exception {
    byte[] bytes = MESSAGE.getBytes(StandardCharsets.US_ASCII);
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(from), 0))) {
      socket.send(new DatagramPacket(bytes, bytes.length, bound(0)));
    }
  }

  private Socket connection(String from) throws Exception {
    InetSocketAddress to = bound(1);
    Socket socket = new Socket(to.getAddress(), to.getPort(), InetAddress.ofLiteral(from), 0);
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Test
  void dropsDatagramsOfWhoIsNotHeard() throws Exception {
    datagram("127.0.0.66");
    datagram("127.0.0.68");

    assertThat(recorder.next().flow().remote().getAddress().getHostAddress())
        .isEqualTo("127.0.0.68");
    assertThat(recorder.events).isEmpty();
    assertThat(dropped(0)).isEqualTo(1);
  }

  @Test
  void closesConnectionsOfWhoMayNotConnect() throws Exception {
    try (Socket stranger = connection("127.0.0.66");
        Socket other = connection("127.0.0.68")) {
      assertThat(stranger.getInputStream().read()).isEqualTo(-1);
      other.getOutputStream().write(MESSAGE.getBytes(StandardCharsets.US_ASCII));

      assertThat(recorder.next().what()).isEqualTo("message");
      assertThat(dropped(1)).isEqualTo(1);
    }
  }

  @Test
  void endsAConnectionWhoseSourceIsBarredLater() throws Exception {
    try (Socket late = connection("127.0.0.67")) {
      late.getOutputStream().write(MESSAGE.getBytes(StandardCharsets.US_ASCII));
      assertThat(recorder.next().what()).isEqualTo("message");
      late.getOutputStream().write(MESSAGE.getBytes(StandardCharsets.US_ASCII));

      assertThat(recorder.next().what()).isEqualTo("closed");
      assertThat(late.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** The phone is asked about, not the balancer that brings it and all others. */
  @Test
  void asksAboutThePhoneBehindABalancer() throws Exception {
    try (Socket stranger = through("127.0.0.66");
        Socket other = through("127.0.0.68")) {
      assertThat(stranger.getInputStream().read()).isEqualTo(-1);
      assertThat(recorder.next().flow().remote().getAddress().getHostAddress())
          .isEqualTo("127.0.0.68");
      assertThat(other.isConnected()).isTrue();
      assertThat(recorder.events).isEmpty();
      assertThat(dropped(2)).isEqualTo(1);
    }
  }

  private Socket through(String phone) throws Exception {
    InetSocketAddress to = bound(2);
    Socket socket = new Socket(to.getAddress(), to.getPort(), InetAddress.ofLiteral(BALANCER), 0);
    socket.setSoTimeout(10_000);
    StreamRig.write(
        socket,
        ProxyHeaders.join(
            ProxyHeaders.line("TCP4 " + phone + " 127.0.0.1 40001 5060"),
            MESSAGE.getBytes(StandardCharsets.US_ASCII)));
    return socket;
  }
}
