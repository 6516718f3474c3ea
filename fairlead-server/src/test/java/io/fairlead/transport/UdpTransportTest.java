// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fairlead.linux.LinuxSockets;
import io.fairlead.loop.Loops;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpTransportTest {
  private static final String V4 = "udp://127.0.0.1:0";
  private static final String V6 = "udp://[::1]:0";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Meters meters = new Meters();
  private final Recorder recorder = new Recorder();
  private Loops threads = new Loops(0, () -> {});

  private NetworkListeners network(int loopCount, String... binds) {
    return network(loopCount, Stream.of(binds).map(ListenerSettings::of).toList());
  }

  private NetworkListeners network(int loopCount, List<ListenerSettings> settings) {
    Loops loops = new Loops(loopCount, () -> {});
    threads = loops;
    loops.start();
    open.add(() -> assertThat(loops.stop(Duration.ofSeconds(5))).isTrue());
    NetworkListeners network = NetworkListeners.open(settings, loops, meters);
    open.add(network);
    network.start(recorder);
    return network;
  }

  private DatagramSocket peer(NetworkListeners network) throws IOException {
    InetAddress host = network.listeners().getFirst().bound().getAddress();
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(host, 0));
    socket.setSoTimeout(10_000);
    open.add(socket);
    return socket;
  }

  private static InetSocketAddress address(DatagramSocket socket) {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private static Flow flow(NetworkListeners network, InetSocketAddress remote) {
    return Objects.requireNonNull(network.flowTo("udp", remote, null));
  }

  private static void send(DatagramSocket from, NetworkListeners to, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    from.send(new DatagramPacket(bytes, bytes.length, to.listeners().getFirst().bound()));
  }

  private static String receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String message(Object number) {
    return "OPTIONS sip:a@b SIP/2.0\r\nCSeq: " + number + " OPTIONS\r\n\r\n";
  }

  /** An address of this host where nobody listens. */
  private InetSocketAddress closedPort(NetworkListeners network) throws IOException {
    try (DatagramSocket socket = peer(network)) {
      return address(socket);
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  @ParameterizedTest
  @CsvSource({V4 + ",1", V4 + ",3", V6 + ",1", V6 + ",3"})
  void deliversADatagramAndAnswersOverItsFlow(String bind, int loops) throws Exception {
    NetworkListeners network = network(loops, bind);
    try (DatagramSocket peer = peer(network)) {
      send(peer, network, message(1));
      Recorder.Event event = recorder.next();
      assertThat(event.text()).isEqualTo(message(1));
      assertThat(event.flow().remote()).isEqualTo(address(peer));
      assertThat(event.flow().listener()).isSameAs(network.listeners().getFirst());
      event.flow().send(bytes("xx" + message(2) + "yy"), 2, 2 + message(2).length());
      assertThat(receive(peer)).isEqualTo(message(2));
      assertThat(event.flow()).isEqualTo(flow(network, address(peer)));
    }
  }

  @Test
  void keepsTheOrderOfOnePeer() throws Exception {
    NetworkListeners network = network(2, V4);
    DatagramSocket peer = peer(network);
    for (int i = 0; i < 2000; i++) {
      send(peer, network, message(i));
      if (i % 100 == 99) {
        for (int n = i - 99; n <= i; n++) {
          assertThat(recorder.next().text()).isEqualTo(message(n));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {V4, V6})
  void takesABurstInOneGo(String bind) throws Exception {
    NetworkListeners network = network(1, bind);
    DatagramSocket one = peer(network);
    DatagramSocket other = peer(network);
    // The first burst teaches the socket to read many at once, the second is read so.
    for (int burst = 0; burst < 2; burst++) {
      CountDownLatch sent = new CountDownLatch(1);
      threads.get(0).execute(() -> SocketBinder.await(sent));
      for (int i = 0; i < 100; i++) {
        send(i % 2 == 0 ? one : other, network, message(i) + "x".repeat(i * 20));
        send(one, network, i % 3 == 0 ? "" : i % 3 == 1 ? "\r\n\r\n" : "too short");
      }
      sent.countDown();
      for (int i = 0; i < 100; i++) {
        Recorder.Event event = recorder.next();
        assertThat(event.text()).isEqualTo(message(i) + "x".repeat(i * 20));
        assertThat(event.flow().remote()).isEqualTo(address(i % 2 == 0 ? one : other));
      }
    }
  }

  @Test
  void carriesTheLargestDatagramBothWays() throws Exception {
    NetworkListeners network = network(1, V4);
    DatagramSocket peer = peer(network);
    String large = "x".repeat(65507);
    send(peer, network, large);
    Recorder.Event event = recorder.next();
    assertThat(event.text()).isEqualTo(large);
    event.flow().send(bytes(large), 0, large.length());
    assertThat(receive(peer)).isEqualTo(large);
  }

  @Test
  void returnsWhatIsTooLongForADatagram() throws Exception {
    NetworkListeners network = network(1, V4);
    flow(network, address(peer(network))).send(new byte[65530], 0, 65530);
    assertThat(recorder.next().what()).isEqualTo("undeliverable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n\r\n", "\r\n", "", "\0\0\0\0", "hello"})
  void dropsWhatCannotBeAMessage(String text) throws Exception {
    NetworkListeners network = network(1, V4);
    DatagramSocket peer = peer(network);
    send(peer, network, text);
    send(peer, network, message(1));
    assertThat(recorder.next().text()).isEqualTo(message(1));
    String name = network.listeners().getFirst().name();
    long dropped =
        meters.counter(Meter.LISTENER_DROPPED, name, "keep-alive").value()
            + meters.counter(Meter.LISTENER_DROPPED, name, "too-short").value();
    assertThat(dropped).isEqualTo(1);
    assertThat(meters.counter(Meter.LISTENER_RECEIVED, name).value()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({V4 + ",1", V4 + ",2", V6 + ",1", V6 + ",2"})
  void bringsBackWhatAClosedPortRefused(String bind, int loops) throws Exception {
    assumeIcmp();
    NetworkListeners network = network(loops, bind);
    InetSocketAddress closed = closedPort(network);
    flow(network, closed).send(bytes(message(7)), 0, message(7).length());
    Recorder.Event event = recorder.next();
    assertThat(event.what()).isEqualTo("undeliverable");
    assertThat(event.text()).isEqualTo(message(7));
    assertThat(event.why()).isEqualTo("ICMP port unreachable");
    assertThat(event.flow().remote()).isEqualTo(closed);
    assertThat(event.flow()).isEqualTo(flow(network, closed));
  }

  @ParameterizedTest
  @CsvSource({V4 + ",1,false", V4 + ",2,false", V4 + ",1,true", V6 + ",2,true"})
  void losesNothingOfOthersWhileAPeerIsClosed(String bind, int loops, boolean fromLoop)
      throws Exception {
    assumeIcmp();
    NetworkListeners network = network(loops, bind);
    DatagramSocket peer = peer(network);
    InetSocketAddress closed = closedPort(network);
    Flow good = flow(network, address(peer));
    Flow bad = flow(network, closed);
    int refused = 0;
    for (int round = 0; round < 100; round++) {
      int base = round * 50;
      if (fromLoop) {
        threads.get(round % loops).execute(() -> alternate(good, bad, base));
      } else {
        alternate(good, bad, base);
      }
      for (int i = 0; i < 50; i++) {
        assertThat(receive(peer)).isEqualTo(message(base + i));
        send(peer, network, message(base + i));
      }
      refused += drain(50, base);
    }
    assertThat(refused).isGreaterThan(0);
    String name = network.listeners().getFirst().name();
    assertThat(meters.counter(Meter.LISTENER_SENT, name).value()).isEqualTo(10_000);
    assertThat(meters.counter(Meter.LISTENER_DROPPED, name, "send-buffer-full").value()).isZero();
  }

  private static void alternate(Flow good, Flow bad, int base) {
    for (int i = 0; i < 50; i++) {
      byte[] one = bytes(message(base + i));
      good.send(one, 0, one.length);
      bad.send(one, 0, one.length);
    }
  }

  private int drain(int messages, int base) throws InterruptedException {
    int refused = 0;
    for (int i = 0; i < messages; ) {
      Recorder.Event event = recorder.next();
      if (event.what().equals("message")) {
        assertThat(event.text()).isEqualTo(message(base + i));
        i++;
      } else {
        refused++;
      }
    }
    return refused;
  }

  @Test
  void doesNotSpinOnAPendingError() throws Exception {
    assumeIcmp();
    NetworkListeners network = network(1, V4);
    InetSocketAddress closed = closedPort(network);
    for (int i = 0; i < 20; i++) {
      flow(network, closed).send(bytes(message(i)), 0, message(i).length());
      assertThat(recorder.next().text()).isEqualTo(message(i));
    }
    assertThat(threads.get(0).cycles()).isLessThan(200);
  }

  @Test
  void refusesAnAddressInUse() throws Exception {
    NetworkListeners network = network(1, V4);
    int port = network.listeners().getFirst().bound().getPort();
    for (int loops = 1; loops <= 2; loops++) {
      int count = loops;
      assertThatThrownBy(() -> network(count, "udp://127.0.0.1:" + port))
          .isInstanceOf(ListenException.class)
          .hasMessage("udp://127.0.0.1:" + port + ": address already in use");
    }
  }

  @Test
  void refusesAnAddressOfNoInterface() {
    assertThatThrownBy(() -> network(1, "udp://192.0.2.77:5060", "udp://192.0.2.78:5060"))
        .hasMessage(
            "udp://192.0.2.77:5060: cannot assign requested address: no interface has 192.0.2.77"
                + " (floating: yes binds it nevertheless)\n"
                + "udp://192.0.2.78:5060: cannot assign requested address: no interface has"
                + " 192.0.2.78 (floating: yes binds it nevertheless)");
  }

  @Test
  void bindsBothFamiliesToOneWildcardPort() throws Exception {
    NetworkListeners first = network(2, "udp://127.0.0.1:0");
    first.close();
    int port = first.listeners().getFirst().bound().getPort();
    List<ListenerSettings> both =
        List.of(
            ListenerSettings.defaults(BindAddress.parse("udp://0.0.0.0:" + port), "192.0.2.1"),
            ListenerSettings.defaults(BindAddress.parse("udp://[::]:" + port), "2001:db8::1"));
    NetworkListeners network = network(1, both);
    assertThat(network.listeners().get(0).sentBy()).isEqualTo("192.0.2.1:" + port);
    assertThat(network.listeners().get(1).sentBy()).isEqualTo("[2001:db8::1]:" + port);
    try (DatagramSocket peer = new DatagramSocket(at("127.0.0.1", 0))) {
      byte[] bytes = bytes(message(1));
      peer.send(new DatagramPacket(bytes, bytes.length, at("127.0.0.1", port)));
      assertThat(recorder.next().flow().listener().index()).isZero();
    }
  }

  @Test
  void prefersTheListenerAskedForWhenItFits() throws Exception {
    NetworkListeners network = network(1, V4, V4, V6);
    InetSocketAddress remote = at("127.0.0.1", 9);
    List<Listener> all = network.listeners();
    assertThat(listenerTo(network, remote, all.get(1))).isSameAs(all.get(1));
    assertThat(listenerTo(network, remote, all.get(2))).isSameAs(all.get(0));
    assertThat(listenerTo(network, at("::1", 9), all.get(0))).isSameAs(all.get(2));
    assertThat(network.flowTo("tcp", remote, null)).isNull();
  }

  private static Listener listenerTo(
      NetworkListeners network, InetSocketAddress remote, Listener preferred) {
    return Objects.requireNonNull(network.flowTo("udp", remote, preferred)).listener();
  }

  private static void assumeIcmp() throws IOException {
    try (var probe = DatagramChannel.open()) {
      assertThat(LinuxSockets.fd(probe)).as("the test's JVM flags allow it").isNotNegative();
    }
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
  }
}
