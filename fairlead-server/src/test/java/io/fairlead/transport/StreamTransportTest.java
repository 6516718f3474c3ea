// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.loop.Loops;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipProblem;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamTransportTest {
  private static final String V4 = "tcp://127.0.0.1:0";
  private static final String V6 = "tcp://[::1]:0";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Meters meters = new Meters();
  private final Recorder recorder = new Recorder();
  private final TunedListener tuned = new TunedListener(V4);
  private Loops threads = new Loops(0, () -> {});

  private NetworkListeners network(int loopCount, ListenerSettings settings) {
    Loops loops = new Loops(loopCount, () -> {});
    threads = loops;
    loops.start();
    open.add(() -> assertThat(loops.stop(Duration.ofSeconds(5))).isTrue());
    NetworkListeners network = NetworkListeners.open(List.of(settings), loops, meters);
    open.add(network);
    network.start(recorder);
    return network;
  }

  private Socket client(NetworkListeners network) throws IOException {
    InetSocketAddress bound = network.listeners().getFirst().bound();
    Socket socket = new Socket(bound.getAddress(), bound.getPort());
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    open.add(socket);
    return socket;
  }

  private ServerSocket server(NetworkListeners network) throws IOException {
    ServerSocket server =
        new ServerSocket(0, 50, network.listeners().getFirst().bound().getAddress());
    server.setSoTimeout(10_000);
    open.add(server);
    return server;
  }

  private Socket accept(ServerSocket server) throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(10_000);
    open.add(socket);
    return socket;
  }

  private static Flow flow(NetworkListeners network, InetSocketAddress remote) {
    return Objects.requireNonNull(network.flowTo("tcp", remote, null));
  }

  private static InetSocketAddress address(ServerSocket server) {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(bytes(text));
  }

  private static String read(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  private static String message(int number, int body) {
    String start =
        "MESSAGE sip:a@b SIP/2.0\r\nCSeq: " + number + " MESSAGE\r\nContent-Length: " + body;
    return start + "\r\n\r\n" + "b".repeat(body);
  }

  private static void send(Flow flow, String text) {
    flow.send(bytes(text), 0, text.length());
  }

  private long dropped(String reason) {
    return meters.counter(Meter.LISTENER_DROPPED, "tuned", reason).value();
  }

  private static void assertEnded(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    try {
      assertThat(in.readAllBytes()).isNotNull();
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  @ParameterizedTest
  @CsvSource({V4 + ",1", V4 + ",3", V6 + ",2"})
  void deliversMessagesAndAnswersOverTheirConnection(String bind, int loops) throws Exception {
    NetworkListeners network = network(loops, ListenerSettings.of(bind));
    Socket client = client(network);
    write(client, message(1, 0) + message(2, 5) + message(3, 60_000));
    List<Recorder.Event> events = recorder.next(3);
    assertThat(events.get(0).text()).isEqualTo(message(1, 0));
    assertThat(events.get(1).text()).isEqualTo(message(2, 5));
    assertThat(events.get(2).text()).isEqualTo(message(3, 60_000));
    Flow flow = events.getFirst().flow();
    assertThat(flow.remote()).isEqualTo(client.getLocalSocketAddress());
    assertThat(flow.open()).isTrue();
    send(flow, message(4, 7));
    assertThat(read(client, message(4, 7).length())).isEqualTo(message(4, 7));
    assertThat(flow(network, flow.remote())).isSameAs(flow);
  }

  @Test
  void keepsTheOrderOfMessagesFromOtherLoops() throws Exception {
    NetworkListeners network = network(2, ListenerSettings.of(V4));
    ServerSocket server = server(network);
    Flow flow = flow(network, address(server));
    CountDownLatch done = new CountDownLatch(2);
    for (int loop = 0; loop < 2; loop++) {
      int first = loop * 1000;
      threads.get(loop).execute(() -> sendThousand(flow, first, done));
    }
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    Socket peer = accept(server);
    int[] next = {0, 1000};
    for (int i = 0; i < 2000; i++) {
      String got = read(peer, message(1000, 100).length());
      int number = Integer.parseInt(got.replaceAll("(?s).*CSeq: 0*(\\d+) .*", "$1")) - 1000;
      assertThat(number).isEqualTo(next[number / 1000]++);
    }
  }

  private static void sendThousand(Flow flow, int first, CountDownLatch done) {
    for (int i = 0; i < 1000; i++) {
      send(flow, message(1000 + first + i, 100));
    }
    done.countDown();
  }

  @Test
  void opensOneConnectionToAPeerHoweverManyFlowsAreAskedFor() throws Exception {
    NetworkListeners network = network(2, ListenerSettings.of(V4));
    ServerSocket server = server(network);
    List<Flow> flows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      flows.add(flow(network, address(server)));
    }
    flows.forEach(flow -> send(flow, message(1, 0)));
    Socket peer = accept(server);
    assertThat(read(peer, 10 * message(1, 0).length())).isEqualTo(message(1, 0).repeat(10));
    Flow open = flow(network, address(server));
    assertThat(flow(network, address(server))).isSameAs(open);
    assertThat(peer.getInetAddress())
        .isEqualTo(network.listeners().getFirst().bound().getAddress());
    write(peer, message(2, 0));
    assertThat(recorder.next().flow()).isSameAs(open);
    send(flows.get(9), message(3, 0));
    assertThat(read(peer, message(3, 0).length())).isEqualTo(message(3, 0));
  }

  @Test
  void bringsBackAllThatWaitedForARefusedConnection() throws Exception {
    NetworkListeners network = network(2, ListenerSettings.of(V4));
    ServerSocket server = server(network);
    server.close();
    Flow flow = flow(network, address(server));
    send(flow, message(1, 0));
    Recorder.Event event = recorder.next();
    assertThat(event.what()).isEqualTo("undeliverable");
    assertThat(event.text()).isEqualTo(message(1, 0));
    assertThat(event.why()).isEqualTo("connection refused");
    assertThat(flow.open()).isFalse();
    send(flow, message(2, 0));
    assertThat(recorder.next().text()).isEqualTo(message(2, 0));
    assertThat(recorder.events).isEmpty();
    assertThat(flow(network, address(server))).isNotSameAs(flow);
  }

  @Test
  void givesUpConnectingAfterAWhile() throws Exception {
    tuned.connectTimeout = Duration.ofMillis(200);
    NetworkListeners network = network(1, tuned.settings());
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      // The kernel drops what comes when the queue of an unserved listener is full.
      for (int i = 0; i < 4; i++) {
        SocketChannel filler = SocketChannel.open();
        open.add(filler);
        filler.configureBlocking(false);
        filler.connect(address(full));
      }
      Flow flow = flow(network, address(full));
      send(flow, message(1, 0));
      send(flow, message(2, 3));
      List<Recorder.Event> events = recorder.next(2);
      assertThat(events).allMatch(e -> e.what().equals("undeliverable"));
      assertThat(events).allMatch(e -> e.why().equals("connect timeout"));
      assertThat(events.get(1).text()).isEqualTo(message(2, 3));
    }
  }

  @Test
  void saysThatAConnectionWasReset() throws Exception {
    NetworkListeners network = network(1, ListenerSettings.of(V4));
    Socket client = client(network);
    write(client, message(1, 0));
    Flow flow = recorder.next().flow();
    client.setSoLinger(true, 0);
    client.close();
    Recorder.Event event = recorder.next();
    assertThat(event.what()).isEqualTo("closed");
    assertThat(event.why()).contains("reset");
    assertThat(flow.open()).isFalse();
    send(flow, message(2, 0));
    assertThat(recorder.next().what()).isEqualTo("undeliverable");
  }

  @Test
  void closesAPeerThatSendsHalfAMessageAndWaits() throws Exception {
    tuned.messageTimeout = Duration.ofMillis(100);
    NetworkListeners network = network(1, tuned.settings());
    Socket client = client(network);
    Socket bystander = client(network);
    write(bystander, message(1, 0));
    write(client, message(2, 10).substring(0, 60));
    List<Recorder.Event> events = recorder.next(2);
    assertThat(events)
        .extracting(Recorder.Event::what)
        .containsExactlyInAnyOrder("message", "closed");
    assertEnded(client);
    assertThat(dropped("message-timeout")).isEqualTo(1);
    write(bystander, message(3, 0));
    assertThat(recorder.next().text()).isEqualTo(message(3, 0));
  }

  @Test
  void closesAnIdleConnection() throws Exception {
    tuned.idleTimeout = Duration.ofMillis(100);
    NetworkListeners network = network(1, tuned.settings());
    Socket client = client(network);
    assertThat(recorder.next().why()).isEqualTo("idle");
    assertEnded(client);
  }

  @Test
  void cutsASlowReader() throws Exception {
    NetworkListeners network = network(1, tuned.settings());
    Socket client = client(network);
    write(client, message(0, 0));
    Flow flow = recorder.next().flow();
    int sent = 0;
    while (flow.open() && sent < 2000) {
      sent++;
      send(flow, message(sent, 50_000));
    }
    Recorder.Event event = recorder.next();
    int returned = 0;
    while (event.what().equals("undeliverable")) {
      returned++;
      assertThat(event.why()).contains("write-buffer");
      assertThat(event.text()).hasSizeGreaterThan(50_000);
      event = recorder.next();
      if (event.what().equals("closed")) {
        break;
      }
    }
    assertThat(event.what()).isEqualTo("closed");
    assertThat(returned).isGreaterThanOrEqualTo((1 << 20) / 51_000);
    assertThat(dropped("slow-reader")).isEqualTo(1);
  }

  @Test
  void writesAllToASlowReaderThatCatchesUp() throws Exception {
    tuned.writeBuffer = 64 << 20;
    NetworkListeners network = network(1, tuned.settings());
    Socket client = client(network);
    write(client, message(0, 0));
    Flow flow = recorder.next().flow();
    for (int i = 100; i < 500; i++) {
      send(flow, message(i, 30_000));
    }
    for (int i = 100; i < 500; i++) {
      assertThat(read(client, message(i, 30_000).length())).isEqualTo(message(i, 30_000));
    }
    assertThat(meters.counter(Meter.LISTENER_SENT, "tuned").value()).isEqualTo(400);
  }

  @Test
  void deliversTheMessagesBehindOneThatMetADefect() throws Exception {
    Loops loops = new Loops(1, () -> {});
    loops.start();
    open.add(() -> assertThat(loops.stop(Duration.ofSeconds(5))).isTrue());
    NetworkListeners network =
        NetworkListeners.open(List.of(ListenerSettings.of(V4)), loops, meters);
    open.add(network);
    network.start(new Failing(recorder));
    write(
        client(network),
        message(1, 5) + "FAIL" + message(2, 5) + message(3, 5) + message(4, 5).substring(0, 50));
    assertThat(recorder.next().text()).isEqualTo(message(1, 5));
    assertThat(recorder.next().text()).isEqualTo(message(3, 5));
  }

  private record Failing(FlowListener next) implements FlowListener {
    @Override
    public void onMessage(Flow flow, byte[] bytes, int from, int to) {
      if (bytes[from] == 'F') {
        throw new IllegalStateException("on purpose");
      }
      next.onMessage(flow, bytes, from, to);
    }

    @Override
    public void onBroken(Flow flow, byte[] bytes, int from, int to, SipProblem problem) {
      next.onBroken(flow, bytes, from, to, problem);
    }

    @Override
    public void onUndeliverable(Flow flow, byte[] bytes, int from, int to, String why) {
      next.onUndeliverable(flow, bytes, from, to, why);
    }

    @Override
    public void onClosed(Flow flow, String why) {
      next.onClosed(flow, why);
    }
  }

  @Test
  void answersAPing() throws Exception {
    NetworkListeners network = network(1, ListenerSettings.of(V4));
    Socket client = client(network);
    write(client, "\r\n");
    write(client, "\r\n" + message(1, 0));
    assertThat(read(client, 2)).isEqualTo("\r\n");
    assertThat(recorder.next().text()).isEqualTo(message(1, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "'l: x\\r\\n\\r\\n', bad Content-Length, Bad Content-Length",
    "'X: yyyyyyyyyyyyyyyyyyyyy', message too long, Message Too Large",
    "'c: a/b\\r\\n\\r\\nMESSAGE sip:b SIP/2.0\\r\\nl: 0\\r\\n\\r\\n', a body without"
        + " Content-Length, Missing Content-Length"
  })
  void closesAConnectionThatCannotBeFramed(String headers, String why, String problem)
      throws Exception {
    tuned.maxMessageSize = 512;
    NetworkListeners network = network(1, tuned.settings());
    Socket client = client(network);
    write(
        client,
        "OPTIONS sip:a SIP/2.0\r\n" + headers.translateEscapes().replace("yy", "y".repeat(100)));
    Recorder.Event broken = recorder.next();
    assertThat(broken.what()).isEqualTo("broken");
    assertThat(broken.text()).startsWith("OPTIONS sip:a SIP/2.0\r\n");
    assertThat(broken.why()).isEqualTo(problem);
    assertThat(recorder.next().why()).isEqualTo(why);
    assertEnded(client);
    assertThat(dropped("framing")).isEqualTo(1);
  }

  @Test
  void refusesMoreConnectionsThanASourceMayHave() throws Exception {
    tuned.maxConnectionsPerSource = 2;
    NetworkListeners network = network(2, tuned.settings());
    Socket first = client(network);
    write(first, message(1, 0));
    write(client(network), message(1, 0));
    recorder.next(2);
    assertEnded(client(network));
    assertThat(dropped("max-connections-per-source")).isEqualTo(1);
    first.close();
    assertThat(recorder.next().what()).isEqualTo("closed");
    write(client(network), message(3, 0));
    assertThat(recorder.next().text()).isEqualTo(message(3, 0));
  }

  @Test
  void refusesMoreConnectionsThanAllowed() throws Exception {
    tuned.maxConnections = 1;
    NetworkListeners network = network(1, tuned.settings());
    Socket first = client(network);
    write(first, message(1, 0));
    recorder.next();
    assertEnded(client(network));
    assertThat(dropped("max-connections")).isEqualTo(1);
    ServerSocket server = server(network);
    send(flow(network, address(server)), message(2, 0));
    assertThat(recorder.next().why()).isEqualTo("too many connections");
  }

  @Test
  void holdsManyIdleConnectionsInLittleMemory() throws Exception {
    var system =
        (com.sun.management.UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
    int count = (int) Math.min(10_000, (free - 500) / 2);
    NetworkListeners network = network(2, tuned.settings());
    InetSocketAddress bound = network.listeners().getFirst().bound();
    List<SocketChannel> clients = new ArrayList<>();
    open.add(() -> clients.forEach(SocketBinder::close));
    for (int i = 0; i < count; i++) {
      clients.add(SocketChannel.open(bound));
    }
    // A message from the last shows that all before it were accepted.
    Socket last = client(network);
    write(last, message(1, 0));
    recorder.next();
    long before = usedHeap();
    assertThat(count).isGreaterThan(400);
    network.close();
    long after = usedHeap();
    assertThat((before - after) / count).as("bytes per idle connection").isLessThan(4096);
  }

  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  @Test
  void refusesAnAddressInUse() {
    NetworkListeners network = network(1, ListenerSettings.of(V4));
    int port = network.listeners().getFirst().bound().getPort();
    assertThatThrownBy(() -> network(1, ListenerSettings.of("tcp://127.0.0.1:" + port)))
        .hasMessage("tcp://127.0.0.1:" + port + ": address already in use");
  }
}
