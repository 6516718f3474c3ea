// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.Loops;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.Closeable;
import java.io.IOException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A network with one listener called "tuned", and peers on plain sockets of the JDK. */
final class StreamRig implements AutoCloseable {
  final Meters meters = new Meters();
  final Recorder recorder = new Recorder();
  final NetworkListeners network;
  final Loops loops;
  private final List<Closeable> open = new ArrayList<>();

  StreamRig(int loopCount, ListenerSettings... settings) {
    loops = new Loops(loopCount, () -> {});
    loops.start();
    network = NetworkListeners.open(List.of(settings), loops, meters);
    network.start(recorder);
  }

  @Override
  public void close() throws IOException {
    for (Closeable one : open.reversed()) {
      one.close();
    }
    network.close();
    assertThat(loops.stop(Duration.ofSeconds(5))).isTrue();
  }

  <T extends Closeable> T keep(T one) {
    open.add(one);
    return one;
  }

  InetSocketAddress bound() {
    return network.listeners().getFirst().bound();
  }

  /** A peer that has connected to us. */
  Socket client() throws IOException {
    Socket socket = keep(new Socket(bound().getAddress(), bound().getPort()));
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** A peer that waits for us, beside the listener. */
  ServerSocket server() throws IOException {
    ServerSocket server = keep(new ServerSocket(0, 50, bound().getAddress()));
    server.setSoTimeout(10_000);
    return server;
  }

  Socket accept(ServerSocket server) throws IOException {
    Socket socket = keep(server.accept());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** A peer that does not answer: the kernel drops what comes when nobody takes it. */
  InetSocketAddress blackHole() throws IOException {
    ServerSocket full = keep(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
    for (int i = 0; i < 4; i++) {
      SocketChannel filler = keep(SocketChannel.open());
      filler.configureBlocking(false);
      filler.connect(address(full));
    }
    return address(full);
  }

  Flow flow(InetSocketAddress remote) {
    String transport = network.listeners().getFirst().transport().name();
    return Objects.requireNonNull(network.flowTo(transport, remote, null));
  }

  /** The flow that a loop would take, and a message sent over it by that loop. */
  Flow send(int loop, InetSocketAddress remote, String text) throws Exception {
    return on(
        loop,
        () -> {
          Flow flow = flow(remote);
          send(flow, text);
          return flow;
        });
  }

  <T> T on(int loop, Supplier<T> work) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    loops.get(loop).execute(() -> result.complete(work.get()));
    return result.get(10, TimeUnit.SECONDS);
  }

  long dropped(String reason) {
    return meters.counter(Meter.LISTENER_DROPPED, "tuned", reason).value();
  }

  static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), port);
  }

  static InetSocketAddress address(ServerSocket server) {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  static void send(Flow flow, String text) {
    flow.send(bytes(text), 0, text.length());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static void write(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  static String read(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  static String message(int number) {
    return "MESSAGE sip:a@b SIP/2.0\r\nCSeq: " + number + " MESSAGE\r\nContent-Length: 0\r\n\r\n";
  }

  static void assertEnded(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }
}
