// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.Loops;
import io.fairlead.observe.Meters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionRegistryTest {
  private static final String MESSAGE = "MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Recorder recorder = new Recorder();
  private NetworkListeners network;

  @BeforeEach
  void start() {
    Loops loops = new Loops(2, () -> {});
    loops.start();
    open.add(() -> assertThat(loops.stop(Duration.ofSeconds(5))).isTrue());
    List<ListenerSettings> settings =
        List.of(ListenerSettings.of("udp://127.0.0.1:0"), ListenerSettings.of("tcp://127.0.0.1:0"));
    network = NetworkListeners.open(settings, loops, new Meters());
    open.add(network);
    network.start(recorder);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private Flow accepted() throws Exception {
    InetSocketAddress bound = network.listeners().get(1).bound();
    Socket client = new Socket(bound.getAddress(), bound.getPort());
    open.add(client);
    client.getOutputStream().write(MESSAGE.getBytes(StandardCharsets.ISO_8859_1));
    return recorder.next().flow();
  }

  @Test
  void findsAnOpenConnectionByItsNumberUntilItCloses() throws Exception {
    Flow first = accepted();
    Flow second = accepted();
    assertThat(first.connection()).isPositive().isNotEqualTo(second.connection());
    assertThat(network.connection(first.connection())).isSameAs(first);
    assertThat(network.connection(second.connection())).isSameAs(second);

    ((Socket) open.get(2)).close();
    Recorder.Event closed = recorder.next();

    assertThat(closed.what()).isEqualTo("closed");
    assertThat(closed.flow().connection()).isEqualTo(first.connection());
    assertThat(network.connection(first.connection())).isNull();
    assertThat(network.connection(second.connection())).isSameAs(second);
  }

  @Test
  void numbersAConnectionWhenItOpens() throws Exception {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    open.add(server);
    InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
    Flow planned = Objects.requireNonNull(network.flowTo("tcp", address, null));
    Flow other = Objects.requireNonNull(network.flowTo("tcp", address, null));
    assertThat(planned.connection()).isZero();

    byte[] message = MESSAGE.getBytes(StandardCharsets.ISO_8859_1);
    planned.send(message, 0, message.length);
    other.send(message, 0, message.length);
    Socket peer = server.accept();
    open.add(peer);
    peer.getInputStream().readNBytes(2 * message.length);
    peer.getOutputStream().write(message);
    Flow used = recorder.next().flow();

    assertThat(used.connection()).isPositive();
    assertThat(List.of(planned.connection(), other.connection())).containsOnly(used.connection());
  }

  @Test
  void tellsWhoeverAskedThatAPingWasAnswered() throws Exception {
    Flow flow = accepted();
    Socket client = (Socket) open.get(2);
    client.setSoTimeout(10_000);
    BlockingQueue<Flow> answers = new LinkedBlockingQueue<>();
    flow.ping(0, (answered, rttNs) -> answers.add(answered));

    assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("\r\n\r\n");
    assertThat(answers).isEmpty();
    client.getOutputStream().write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(answers.poll(10, TimeUnit.SECONDS)).isSameAs(flow);

    // What nobody asked for is no answer, and disturbs nothing.
    client.getOutputStream().write(("\r\n" + MESSAGE).getBytes(StandardCharsets.ISO_8859_1));
    assertThat(recorder.next().text()).isEqualTo(MESSAGE);
    assertThat(answers).isEmpty();
  }

  @Test
  void hasNoNumberAndNoConnectionForDatagrams() {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    Flow flow = Objects.requireNonNull(network.flowTo("udp", address, null));
    assertThat(flow.connection()).isZero();
    assertThat(network.connection(0)).isNull();
  }

  @Test
  void givesNoNumberAgainInTheNextProcess() {
    Flow flow = CapturedFlow.tcp("192.0.2.1", 5060);
    ConnectionRegistry first = new ConnectionRegistry(1_800_000_000_000L);
    for (int i = 0; i < 1_000_000; i++) {
      first.leave(first.enter(flow));
    }
    ConnectionRegistry next = new ConnectionRegistry(1_800_000_000_001L);
    assertThat(next.enter(flow)).isGreaterThan(first.enter(flow)).isPositive();
  }
}
