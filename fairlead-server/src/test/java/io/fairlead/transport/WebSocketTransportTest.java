// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.Loops;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.transport.tls.TestCertificates;
import io.fairlead.transport.tls.TlsClientSettings;
import io.fairlead.transport.tls.TlsLibrary;
import io.fairlead.transport.tls.TlsWorkSettings;
import io.fairlead.transport.websocket.WebSocketSettings;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTransportTest {
  private static final TlsWorkSettings WORK = new TlsWorkSettings(TlsLibrary.JDK, 1, 100);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Meters meters = new Meters();
  private final Recorder recorder = new Recorder();
  private final TunedListener tuned = new TunedListener("ws://127.0.0.1:0");

  private NetworkListeners network() {
    Loops loops = new Loops(2, () -> {});
    loops.start();
    open.add(() -> assertThat(loops.stop(Duration.ofSeconds(5))).isTrue());
    NetworkListeners network =
        NetworkListeners.open(List.of(tuned.settings()), WORK, loops, meters);
    open.add(network);
    network.start(recorder);
    return network;
  }

  private RawWebSocket raw(NetworkListeners network) throws Exception {
    RawWebSocket client = RawWebSocket.to(network.listeners().getFirst().bound());
    open.add(client);
    return client;
  }

  private RawWebSocket upgraded(NetworkListeners network) throws Exception {
    RawWebSocket client = raw(network);
    client.write(RawWebSocket.UPGRADE);
    assertThat(client.head()).startsWith("HTTP/1.1 101 ");
    return client;
  }

  private static URI uri(String scheme, NetworkListeners network) {
    return URI.create(scheme + "://127.0.0.1:" + network.listeners().getFirst().bound().getPort());
  }

  private static String message(int number, int body) {
    String start =
        "MESSAGE sip:a@b SIP/2.0\r\nCSeq: " + number + " MESSAGE\r\nContent-Length: " + body;
    return start + "\r\n\r\n" + "b".repeat(body);
  }

  private static void send(Flow flow, String text) {
    flow.send(text.getBytes(StandardCharsets.UTF_8), 0, text.length());
  }

  private long dropped(String reason) {
    return meters.counter(Meter.LISTENER_DROPPED, "tuned", reason).value();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  @Test
  void speaksWithAnIndependentClient() throws Exception {
    NetworkListeners network = network();
    Ears ears = new Ears();
    try (HttpClient http = HttpClient.newHttpClient()) {
      WebSocket socket =
          http.newWebSocketBuilder()
              .subprotocols("sip")
              .buildAsync(uri("ws", network), ears)
              .get(10, TimeUnit.SECONDS);
      assertThat(socket.getSubprotocol()).isEqualTo("sip");
      socket.sendText(message(1, 5), true).join();
      socket.sendText(message(2, 5).substring(0, 30), false).join();
      socket.sendPing(ByteBuffer.wrap(new byte[] {'h', 'i'})).join();
      socket.sendText(message(2, 5).substring(30), true).join();
      byte[] binary = message(3, 60_000).getBytes(StandardCharsets.US_ASCII);
      socket.sendBinary(ByteBuffer.wrap(binary), true).join();
      List<Recorder.Event> events = recorder.next(3);
      assertThat(events)
          .extracting(Recorder.Event::text)
          .containsExactly(message(1, 5), message(2, 5), message(3, 60_000));
      assertThat(ears.next()).isEqualTo("pong hi");
      Flow flow = events.getFirst().flow();
      assertThat(flow.transport()).isEqualTo(Transports.WS);
      assertThat(flow.open()).isTrue();
      send(flow, message(4, 40_000));
      assertThat(ears.next()).isEqualTo("text " + message(4, 40_000));
      flow.send(new byte[] {'a', (byte) 0xff}, 0, 2);
      assertThat(ears.next()).isEqualTo("binary 2");
      flow.send("é".getBytes(StandardCharsets.UTF_8), 0, 2);
      assertThat(ears.next()).isEqualTo("text é");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
      assertThat(ears.next()).isEqualTo("close 1000");
      assertThat(recorder.next().why()).isEqualTo("closed by the peer");
      assertThat(flow.open()).isFalse();
    }
  }

  @Test
  void answersAPlainGetWithAPage() throws Exception {
    NetworkListeners network = network();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(uri("http", network)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("SIP over WebSocket");
      assertThat(dropped("http-request")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`REGISTER sip:a SIP/2.0\r\n` | 400 | http-malformed",
        "`POST / HTTP/1.1\r\nHost: a\r\n\r\n` | 405 | http-request",
        "`GET /x HTTP/1.1\r\nHost: a\r\n\r\n` | 404 | http-request",
        "`\u0016\u0003\u0001` | 400 | http-malformed",
      })
  void answersWhatIsNotForItAndCloses(String request, int status, String reason) throws Exception {
    tuned.websocket = new WebSocketSettings("/sip", List.of("https://a"), LONG, LONG);
    RawWebSocket client = raw(network());
    client.write(request);
    assertThat(client.rest()).startsWith("HTTP/1.1 " + status + " ");
    assertThat(dropped(reason)).isEqualTo(1);
    assertThat(recorder.events).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Origin: https://b, 403, websocket-origin",
    "Sec-WebSocket-Protocol: sipp, 400, websocket-refused",
    "Sec-WebSocket-Version: 12, 426, websocket-refused"
  })
  void refusesAnotherOriginProtocolOrVersion(String header, int status, String reason)
      throws Exception {
    tuned.websocket = new WebSocketSettings("/", List.of("https://a"), LONG, LONG);
    RawWebSocket client = raw(network());
    String name = header.substring(0, header.indexOf(':'));
    client.write(RawWebSocket.UPGRADE.replaceFirst(name + ": [^\r]*", header));
    assertThat(client.rest()).startsWith("HTTP/1.1 " + status + " ");
    assertThat(dropped(reason)).isEqualTo(1);
  }

  @Test
  void takesAMessageThatCameWithTheHandshakeByteByByte() throws Exception {
    RawWebSocket client = raw(network());
    client.write(RawWebSocket.UPGRADE.substring(0, 40));
    client.write(RawWebSocket.UPGRADE.substring(40) + RawWebSocket.frame(0x81, message(1, 9)));
    assertThat(client.head()).startsWith("HTTP/1.1 101 ");
    assertThat(recorder.next().text()).isEqualTo(message(1, 9));
    String frame = RawWebSocket.frame(0x01, "MESSAGE ") + RawWebSocket.frame(0x80, "sip:a");
    for (int i = 0; i < frame.length(); i++) {
      client.write(frame.substring(i, i + 1));
    }
    assertThat(recorder.next().text()).isEqualTo("MESSAGE sip:a");
  }

  @Test
  void answersKeepAlivesWithinMessages() throws Exception {
    RawWebSocket client = upgraded(network());
    client.write(RawWebSocket.frame(0x81, "\r\n\r\n") + RawWebSocket.frame(0x81, message(1, 0)));
    assertThat(client.frame()).isEqualTo("81 \r\n");
    assertThat(recorder.next().text()).isEqualTo(message(1, 0));
    assertThat(dropped("keep-alive")).isEqualTo(1);
  }

  @Test
  void tellsOfASignOfLife() throws Exception {
    RawWebSocket client = upgraded(network());
    client.write(RawWebSocket.frame(0x81, message(1, 0)));
    Flow flow = recorder.next().flow();
    BlockingQueue<Flow> alive = new LinkedBlockingQueue<>();
    flow.ping(0, (answered, rttNs) -> alive.add(answered));
    assertThat(client.frame()).isEqualTo("89 ");
    client.write(RawWebSocket.frame(0x8a, ""));
    assertThat(alive.poll(10, TimeUnit.SECONDS)).isSameAs(flow);
  }

  @Test
  void pingsASilentPeerAndCutsItWhenItDoesNotAnswer() throws Exception {
    tuned.websocket =
        new WebSocketSettings("/", List.of(), Duration.ofMillis(50), Duration.ofMillis(300));
    RawWebSocket client = upgraded(network());
    assertThat(client.frame()).isEqualTo("89 ");
    client.write(RawWebSocket.frame(0x8a, ""));
    assertThat(client.frame()).isEqualTo("89 ");
    assertThat(client.frame()).isEqualTo("88 \u0003\u00e9");
    assertThat(recorder.next().why()).isEqualTo("no answer to a ping");
    assertThat(dropped("pong-timeout")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "81056162636465, 1002, websocket-frame",
    "c18000000000, 1002, websocket-frame",
    "838000000000, 1002, websocket-frame",
    "808000000000, 1002, websocket-frame",
    "89fe007e, 1002, websocket-frame",
    "82fe0401, 1009, framing",
    "82ff0000000100000000, 1009, framing",
    "88810000000003, 1002, websocket-frame"
  })
  void closesAPeerThatBreaksTheProtocol(String hex, int code, String reason) throws Exception {
    tuned.maxMessageSize = 1024;
    NetworkListeners network = network();
    RawWebSocket client = upgraded(network);
    RawWebSocket bystander = upgraded(network);
    client.write(new String(java.util.HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1));
    assertThat(client.frame()).isEqualTo("88 " + (char) (code >> 8) + (char) (code & 0xff));
    assertThat(client.rest()).isEmpty();
    assertThat(recorder.next().what()).isEqualTo("closed");
    assertThat(dropped(reason)).isEqualTo(1);
    bystander.write(RawWebSocket.frame(0x82, message(3, 0)));
    assertThat(recorder.next().text()).isEqualTo(message(3, 0));
  }

  @Test
  void tellsWhyToAPeerThatIsStillSending() throws Exception {
    RawWebSocket client = upgraded(network());
    client.write(
        "\u0082\u00ff\u0000\u0000\u0000\u0000\u0000\u0010\u0000\u0000" + "x".repeat(1 << 20));
    assertThat(client.frame()).isEqualTo("88 \u0003\u00f1");
    assertThat(client.rest()).isEmpty();
    assertThat(recorder.next().why()).isEqualTo("message too long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: a\r\n", "G", ""})
  void closesAPeerThatDoesNotFinishItsRequest(String begin) throws Exception {
    tuned.handshakeTimeout = Duration.ofMillis(100);
    RawWebSocket client = raw(network());
    client.write(begin);
    assertThat(client.rest()).isEmpty();
    assertThat(dropped("handshake-timeout")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 30})
  void closesAPeerThatSendsHalfAFrameAndWaits(int length) throws Exception {
    tuned.messageTimeout = Duration.ofMillis(100);
    RawWebSocket client = upgraded(network());
    client.write(RawWebSocket.frame(0x81, message(1, 0)).substring(0, length));
    assertThat(client.frame()).isEqualTo("88 \u0003\u00e9");
    assertThat(dropped("message-timeout")).isEqualTo(1);
  }

  @Test
  void saysGoodbyeToAnIdlePeer() throws Exception {
    tuned.idleTimeout = Duration.ofMillis(100);
    tuned.websocket = new WebSocketSettings("/", List.of(), Duration.ZERO, LONG);
    RawWebSocket client = upgraded(network());
    assertThat(client.frame()).isEqualTo("88 \u0003\u00e9");
    assertThat(client.rest()).isEmpty();
    assertThat(recorder.next().why()).isEqualTo("idle");
  }

  @Test
  void speaksOverTlsToo(@TempDir Path folder) throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    tuned.bind = "wss://127.0.0.1:0";
    tuned.tls = certificates.listener(certificates.of("one", "127.0.0.1"));
    NetworkListeners network = network();
    Ears ears = new Ears();
    try (HttpClient http = HttpClient.newBuilder().sslContext(certificates.trusting()).build()) {
      WebSocket socket =
          http.newWebSocketBuilder()
              .subprotocols("sip")
              .buildAsync(uri("wss", network), ears)
              .get(10, TimeUnit.SECONDS);
      socket.sendText(message(1, 50_000), true).join();
      Recorder.Event event = recorder.next();
      assertThat(event.text()).isEqualTo(message(1, 50_000));
      assertThat(event.flow().transport()).isEqualTo(Transports.WSS);
      send(event.flow(), message(2, 60_000));
      assertThat(ears.next()).isEqualTo("text " + message(2, 60_000));
      BlockingQueue<Flow> alive = new LinkedBlockingQueue<>();
      event.flow().ping(0, (answered, rttNs) -> alive.add(answered));
      assertThat(alive.poll(10, TimeUnit.SECONDS)).isSameAs(event.flow());
      HttpResponse<String> page =
          http.send(
              HttpRequest.newBuilder(uri("https", network)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      assertThat(ears.next()).isEqualTo("close 1000");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void connectsToABackend(String transport, @TempDir Path folder) throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    tuned.bind = transport + "://127.0.0.1:0";
    if (transport.equals("wss")) {
      tuned.tls = certificates.listener(certificates.of("one", "127.0.0.1"));
    }
    NetworkListeners network = network();
    NetworkListeners backend = network();
    InetSocketAddress there = backend.listeners().getFirst().bound();
    TlsClientSettings trust = certificates.client(TlsClientSettings.Verify.FULL);
    Flow flow =
        Objects.requireNonNull(
            network.flowTo(new Peer(transport, there, "127.0.0.1", trust), null));
    send(flow, message(1, 0));
    send(flow, message(2, 65_000));
    List<Recorder.Event> events = recorder.next(2);
    assertThat(events.get(0).text()).isEqualTo(message(1, 0));
    assertThat(events.get(1).text()).isEqualTo(message(2, 65_000));
    send(events.getFirst().flow(), message(3, 300));
    Recorder.Event answer = recorder.next();
    assertThat(answer.text()).isEqualTo(message(3, 300));
    assertThat(answer.flow()).isSameAs(flow);
  }

  @Test
  void bringsBackWhatWaitedForABackendThatRefuses() throws Exception {
    NetworkListeners network = network();
    try (ServerSocket server =
        new ServerSocket(0, 5, network.listeners().getFirst().bound().getAddress())) {
      Flow flow =
          Objects.requireNonNull(
              network.flowTo("ws", (InetSocketAddress) server.getLocalSocketAddress(), null));
      send(flow, message(1, 0));
      RawWebSocket peer = new RawWebSocket(server.accept());
      open.add(peer);
      assertThat(peer.head()).startsWith("GET / HTTP/1.1\r\n").contains("Protocol: sip\r\n");
      peer.write("HTTP/1.1 503 Too Busy\r\nContent-Length: 0\r\n\r\n");
      Recorder.Event event = recorder.next();
      assertThat(event.what()).isEqualTo("undeliverable");
      assertThat(event.why()).isEqualTo("refused: 503 Too Busy");
      assertThat(dropped("websocket-refused")).isEqualTo(1);
    }
  }

  /** Listens for an independent client. */
  private static final class Ears implements WebSocket.Listener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    String next() throws InterruptedException {
      return Objects.requireNonNull(events.poll(10, TimeUnit.SECONDS), "nothing came");
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        events.add("text " + text);
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
      events.add("binary " + part.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      events.add("pong " + StandardCharsets.US_ASCII.decode(message));
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      events.add("close " + code);
      return null;
    }
  }
}
