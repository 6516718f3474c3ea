// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Raw WebSocket clients, and peers that mean no good, on real sockets. */
@Timeout(120)
@ResourceLock("load")
class RoughPeerIT {
  private static final String SHORT = ", message-timeout: 2s, handshake-timeout: 2s";
  private static final String UPGRADE =
      """
      GET /sip HTTP/1.1
      Host: fairlead.test
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Protocol: sip

      """
          .replace("\n", "\r\n");

  private final InetSocketAddress ws = Loopback.free();
  private final InetSocketAddress wss = Loopback.free();
  private final InetSocketAddress tcp = Loopback.free();
  private final InetSocketAddress tls = Loopback.free();
  private final HttpClient http =
      HttpClient.newBuilder().sslContext(Authority.ours().trust()).build();

  @Test
  void speaksSipOverWebSocketWithRawClient() throws Exception {
    try (LoopbackFarm farm = farm().start()) {
      for (URI uri : List.of(uri("ws", ws, "/sip"), uri("wss", wss, "/sip"))) {
        Said said = new Said();
        WebSocket socket = connect(uri, "sip", "https://phone.test", said);
        assertThat(socket.getSubprotocol()).isEqualTo("sip");
        String options = options(uri.getScheme(), "1");
        socket.sendText(options, true).join();
        assertThat(said.next()).startsWith("SIP/2.0 483 ");
        String again = options(uri.getScheme(), "2");
        socket.sendText(again.substring(0, 40), false).join();
        socket.sendText(again.substring(40), true).join();
        assertThat(said.next()).startsWith("SIP/2.0 483 ");
        ByteBuffer binary =
            ByteBuffer.wrap(options(uri.getScheme(), "3").getBytes(StandardCharsets.US_ASCII));
        socket.sendBinary(binary, true).join();
        assertThat(said.next()).startsWith("SIP/2.0 483 ");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertThat(said.next()).isEqualTo("closed 1000");
      }
      assertThat(farm.fairlead().log()).doesNotContain("level=error");
    }
  }

  @Test
  void refusesOpeningHandshakesThatDoNotFit() throws Exception {
    try (LoopbackFarm farm = farm().start()) {
      refuses(uri("ws", ws, "/other"), "sip", "https://phone.test", 404);
      refuses(uri("ws", ws, "/sip"), "sip", "https://evil.test", 403);
      refuses(uri("ws", ws, "/sip"), "chat", "https://phone.test", 400);
      HttpRequest page = HttpRequest.newBuilder(uri("http", ws, "/sip")).build();
      assertThat(http.send(page, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThat(farm.fairlead().log()).doesNotContain("level=error");
    }
  }

  private void refuses(URI uri, String protocol, String origin, int status) {
    assertThatThrownBy(() -> connect(uri, protocol, origin, new Said()))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
  }

  @Test
  void endsGarbageAndTricklesWhileCallsGoOn() throws Exception {
    try (LoopbackFarm farm = farm().backend(Sipp.play("backend-call").patient().calls(0)).start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Sipp callers =
          farm.call(
              farm.caller("caller-call").patient().calls(300).rate(30, Duration.ofMillis(300)));
      List<Future<?>> rough = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        for (InetSocketAddress each : List.of(tcp, tls, ws, wss)) {
          rough.add(threads.submit(() -> endsOver(new Socket(each.getAddress(), each.getPort()))));
        }
        for (InetSocketAddress each : List.of(tls, wss)) {
          rough.add(threads.submit(() -> endsOver(Authority.ours().connect(each))));
        }
        rough.add(threads.submit(() -> endsFrames("\u0081\u0005hello")));
        rough.add(threads.submit(() -> endsFrames("\u0083\u0080\0\0\0\0")));
        rough.add(threads.submit(() -> endsFrames("\u0081\u00ff\0\0\0\u00ff\0\0\0\0\0\0\0\0")));
      }
      for (Future<?> each : rough) {
        each.get(90, TimeUnit.SECONDS);
      }
      farm.ends(callers);
      assertThat(farm.backend(0).received("BYE ")).isEqualTo(300);
      assertThat(farm.fairlead().log()).doesNotContain("level=error");
    }
  }

  /** Garbage, then a message that never ends: both connections must be closed by Fairlead. */
  private @Nullable Void endsOver(Socket first) throws IOException {
    try (first) {
      ends(first, "\u0001\u0002garbage \u00ff\r\n\r\n\r\nGET\r\n\r\n", "");
    }
    InetSocketAddress there = (InetSocketAddress) first.getRemoteSocketAddress();
    try (Socket second =
        first instanceof javax.net.ssl.SSLSocket
            ? Authority.ours().connect(there)
            : new Socket(there.getAddress(), there.getPort())) {
      ends(second, "", "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1\r\n".repeat(3));
    }
    return null;
  }

  private @Nullable Void endsFrames(String frame) throws IOException {
    try (Socket socket = new Socket(ws.getAddress(), ws.getPort())) {
      socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.ISO_8859_1));
      ends(socket, frame, "");
    }
    return null;
  }

  // All at once, then byte by byte, until the other side has closed.
  private static void ends(Socket socket, String atOnce, String trickle) throws IOException {
    socket.setSoTimeout(200);
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try {
      socket.getOutputStream().write(atOnce.getBytes(StandardCharsets.ISO_8859_1));
      for (int i = 0; ; i++) {
        if (i < trickle.length()) {
          socket.getOutputStream().write(trickle.charAt(i));
        }
        if (System.nanoTime() - end > 0) {
          throw new AssertionError("Still open: " + socket + " after " + atOnce + trickle);
        }
        if (closed(socket)) {
          return;
        }
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError(e);
    } catch (IOException closed) {
      // Reset: closed as well.
    }
  }

  private static boolean closed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read(new byte[4096]) < 0;
    } catch (SocketTimeoutException nothing) {
      return false;
    }
  }

  private LoopbackFarm.Plan farm() {
    String accepts = ", websocket: { path: /sip, origins: [ https://phone.test ] }";
    return LoopbackFarm.over(TestTransport.UDP)
        .uri("sip:127.0.0.1:9")
        .balance("round-robin")
        .top("timers: { t1: 4s }")
        .listener("{ bind: tcp://" + Loopback.text(tcp) + SHORT + " }")
        .listener("{ bind: tls://" + Loopback.text(tls) + SHORT + certificate(tls) + " }")
        .listener("{ bind: ws://" + Loopback.text(ws) + SHORT + accepts + " }")
        .listener(
            "{ bind: wss://" + Loopback.text(wss) + SHORT + certificate(wss) + accepts + " }");
  }

  private static String certificate(InetSocketAddress address) {
    return ", tls: " + Authority.Certificate.tls("", TestTransport.certificate(address));
  }

  private WebSocket connect(URI uri, String protocol, String origin, Said said) {
    return http.newWebSocketBuilder()
        .subprotocols(protocol)
        .header("Origin", origin)
        .connectTimeout(Duration.ofSeconds(20))
        .buildAsync(uri, said)
        .join();
  }

  private static URI uri(String scheme, InetSocketAddress address, String path) {
    return URI.create(scheme + "://" + Loopback.text(address) + path);
  }

  private static String options(String transport, String number) {
    return """
    OPTIONS sip:ping@fairlead.test SIP/2.0
    Via: SIP/2.0/%s raw.invalid;branch=z9hG4bKraw%s
    From: <sip:raw@fairlead.test>;tag=raw
    To: <sip:ping@fairlead.test>
    Call-ID: raw%s
    CSeq: 1 OPTIONS
    Max-Forwards: 0
    Content-Length: 0

    """
        .formatted(transport.toUpperCase(java.util.Locale.ROOT), number, number)
        .replace("\n", "\r\n");
  }

  /** What the other side said, in order. Owned by one test. */
  private static final class Said implements WebSocket.Listener {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        messages.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
      return onText(socket, StandardCharsets.ISO_8859_1.decode(part), last);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      messages.add("closed " + code);
      return null;
    }

    String next() throws InterruptedException, ExecutionException {
      String next = messages.poll(20, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("Nothing came");
      }
      return next;
    }
  }
}
