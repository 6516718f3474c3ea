// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlSocketTest {
  private static final String STATUS = "{\"version\":1,\"do\":\"status\"}\n";
  private static final String WATCH = "{\"version\":1,\"do\":\"watch\",\"interval-ms\":100}\n";
  private static final ControlSocket.Limits PATIENT =
      new ControlSocket.Limits(4, 2, 1000, Duration.ofSeconds(50), Duration.ofSeconds(50));

  /** Longer than a test may take. */
  private static final Duration NEVER = Duration.ofMinutes(10);

  @TempDir private Path folder;
  private final FakeControlledFairlead subject = new FakeControlledFairlead();
  private @Nullable ControlSocket open;
  private final List<SocketChannel> clients = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (SocketChannel client : clients) {
      client.close();
    }
    if (open != null) {
      open.close();
    }
  }

  @Test
  void answersInOneLineAndEnds() throws Exception {
    open(PATIENT);
    assertThat(said(STATUS)).startsWith("{\"version\":1,\"fairlead\":\"0.1.0\"").endsWith("}\n");
    assertThat(said(STATUS.strip())).as("without a line feed").endsWith("}\n");
  }

  @Test
  void belongsToItsUserAlone() throws Exception {
    Path path = open(PATIENT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("run"))))
        .isEqualTo("rwx------");
  }

  @Test
  void namesWhatIsWrongWithGarbage() throws Exception {
    open(PATIENT);
    assertThat(error("hello\n")).contains("expected one JSON object");
    assertThat(error("GET / HTTP/1.1\r\n")).contains("expected one JSON object");
    assertThat(error("{\"version\":1,\"do\":\"drian\"}\n")).contains("did you mean `drain`?");
    assertThat(said("\n")).isEmpty();
    SocketChannel client = client();
    client.write(ByteBuffer.wrap(new byte[] {'{', (byte) 0xff, '}', '\n'}));
    assertThat(rest(client)).contains("not UTF-8");
  }

  @Test
  void standsAnyBytes() throws Exception {
    open(PATIENT);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(1, 900)];
      random.nextBytes(bytes);
      bytes[bytes.length - 1] = '\n';
      try (SocketChannel client = client()) {
        client.write(ByteBuffer.wrap(bytes));
        assertThat(rest(client)).doesNotContain("pools");
      }
    }
    assertThat(admitted()).contains("\"pools\"");
  }

  @Test
  void refusesWhatIsTooLong() throws Exception {
    open(PATIENT);
    assertThat(error("x".repeat(1001))).contains("at most 1000 bytes");
    assertThat(error("{\"version\":1," + " ".repeat(980) + "\"do\":\"status\"}\n"))
        .contains("at most 1000 bytes");
    assertThat(said(" ".repeat(900) + STATUS)).contains("\"pools\"");
  }

  @Test
  void closesOneWhoSaysNothing() throws Exception {
    open(new ControlSocket.Limits(4, 2, 1000, Duration.ofMillis(200), Duration.ofSeconds(50)));
    SocketChannel silent = client();
    SocketChannel slow = client();
    slow.write(ByteBuffer.wrap("{\"version\"".getBytes(StandardCharsets.US_ASCII)));
    assertThat(rest(silent)).isEmpty();
    assertThat(rest(slow)).isEmpty();
  }

  @Test
  void closesOneWhoDoesNotRead() throws Exception {
    subject.config = "x".repeat(4_000_000);
    open(new ControlSocket.Limits(1, 1, 1000, NEVER, Duration.ofSeconds(1)));
    SocketChannel client = client();
    client.write(ByteBuffer.wrap(STATUS.getBytes(StandardCharsets.US_ASCII)));
    String answer = said(STATUS);
    assertThat(answer).contains("connections already");
    assertThat(admitted()).contains("\"pools\"");
    assertThat(client.isOpen()).as("it is the other side that ends it").isTrue();
  }

  @Test
  void closesOneWhoDoesNotLeaveAfterARefusal() throws Exception {
    open(new ControlSocket.Limits(1, 1, 1000, Duration.ofMillis(200), NEVER));
    SocketChannel client = client();
    client.write(
        ByteBuffer.wrap("{\"version\":1,\"do\":\"drian\"}\n".getBytes(StandardCharsets.US_ASCII)));
    assertThat(rest(client)).contains("did you mean");
    assertThat(admitted()).contains("\"pools\"");
    assertThat(client.isOpen()).as("it is the other side that ends it").isTrue();
  }

  @Test
  void refusesOneConnectionTooMany() throws Exception {
    open(PATIENT);
    List<SocketChannel> held = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      held.add(client());
    }
    SocketChannel fifth = client();
    assertThat(rest(fifth)).contains("there are 4 connections already");
    held.getFirst().close();
    assertThat(admitted()).contains("\"pools\"");
  }

  // Who left may still have a place; who is refused has one, too, until it has been told, and past
  // twice the bound nothing is said.
  private String admitted() throws Exception {
    String answer = said(STATUS);
    while (answer.isEmpty() || answer.contains("connections already")) {
      Thread.sleep(20);
      answer = said(STATUS);
    }
    return answer;
  }

  @Test
  void keepsPlaceForOrdersFromWatchers() throws Exception {
    open(PATIENT);
    for (int i = 0; i < 2; i++) {
      SocketChannel watcher = client();
      watcher.write(ByteBuffer.wrap(WATCH.getBytes(StandardCharsets.US_ASCII)));
      Scanner lines = new Scanner(watcher, StandardCharsets.UTF_8);
      assertThat(lines.nextLine()).contains("\"pools\"");
      assertThat(lines.nextLine()).contains("\"pools\"");
    }
    assertThat(error(WATCH)).contains("there are 2 that watch already");
    assertThat(error(WATCH.replace("100}", "7}"))).contains("from 100 to 60000");
    assertThat(said(STATUS)).contains("\"pools\"");
  }

  @Test
  void takesThePlaceOfADeadOneAndOfNothingElse() throws Exception {
    Path left = folder.resolve("left.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(left));
      assertThatThrownBy(() -> ControlSocket.open(left, new FakeControlledFairlead(), PATIENT))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("another process that runs");
    }
    open = ControlSocket.open(left, new FakeControlledFairlead(), PATIENT);
    open.close();
    assertThat(left).doesNotExist();

    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> ControlSocket.open(file, new FakeControlledFairlead(), PATIENT))
        .hasMessageContaining("is no socket");
    assertThat(file).hasContent("mine");
  }

  @Test
  void saysThatAPathIsTooLong() {
    Path path = folder.resolve("x".repeat(107));
    assertThatThrownBy(() -> ControlSocket.open(path, new FakeControlledFairlead(), PATIENT))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("expected a path of at most 107 bytes, not ");
    assertThatThrownBy(() -> new ControlSettings(path)).hasMessageContaining("at most 107 bytes");
  }

  private Path open(ControlSocket.Limits limits) throws RefusedException {
    Path path = folder.resolve("run").resolve("x.sock");
    open = ControlSocket.open(path, subject, limits);
    return path;
  }

  private SocketChannel client() throws IOException {
    SocketChannel client =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("run").resolve("x.sock")));
    clients.add(client);
    return client;
  }

  private String error(String request) throws IOException {
    String answer = said(request);
    JsonObject fields = Json.read(answer.strip());
    return fields == null ? "no answer: " + answer : fields.text("error");
  }

  private String said(String request) throws IOException {
    try (SocketChannel client = client()) {
      client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      if (!request.endsWith("\n")) {
        client.shutdownOutput();
      }
      return rest(client);
    }
  }

  private static String rest(SocketChannel client) throws IOException {
    try {
      byte[] bytes = Channels.newInputStream(client).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
