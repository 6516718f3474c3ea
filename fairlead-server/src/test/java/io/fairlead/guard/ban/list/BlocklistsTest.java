// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.list;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fairlead.config.ConfigBinder;
import io.fairlead.config.YamlSource;
import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BansRig;
import io.fairlead.observe.Meter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lists from files and from a server, which answers well, badly or not at all. */
@Timeout(60)
class BlocklistsTest {
  private final BansRig rig = new BansRig("", "198.51.100.0/24");
  private final Blocklists lists = new Blocklists(rig.bans, rig.meters);
  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private volatile int status = 200;
  private HttpServer server;

  @TempDir private Path folder;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void end() {
    lists.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path);
    byte[] text = pages.getOrDefault(path, "").getBytes(UTF_8);
    exchange.sendResponseHeaders(status, text.length == 0 ? -1 : text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private static BlocklistSettings settings(String lines) {
    return ConfigBinder.bind(BlocklistSettings.class, YamlSource.of("test", lines)).orThrow();
  }

  private List<String> banned() {
    rig.loop.runCommands();
    return List.copyOf(new TreeSet<>(rig.bans.all().stream().map(Ban::text).toList()));
  }

  private static void until(BooleanSupplier so) {
    while (!so.getAsBoolean()) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void takesAPlainListAndFollowsIt() {
    pages.put("/list.txt", "# bad\n192.0.2.1\n198.51.100.9\n203.0.113.0/24\nnonsense\n");
    lists.take(Map.of("plain", settings("url: " + url("/list.txt") + "\ninterval: 1s")));
    until(() -> banned().equals(List.of("192.0.2.1", "203.0.113.0/24")));
    assertThat(rig.isBanned("203.0.113.7")).isTrue();
    assertThat(rig.isBanned("198.51.100.9")).isFalse();
    until(() -> rig.meters.counter(Meter.BLOCKLIST_BAD, "plain").value() >= 1);

    pages.put("/list.txt", "192.0.2.1\n192.0.2.2\n");
    until(() -> banned().equals(List.of("192.0.2.1", "192.0.2.2")));

    status = 500;
    until(() -> rig.meters.counter(Meter.BLOCKLIST_FAILURES, "plain").value() >= 1);
    assertThat(banned()).containsExactly("192.0.2.1", "192.0.2.2");
    rig.pass(Duration.ofHours(25));
    assertThat(banned()).isEmpty();
  }

  @Test
  void asksApibanForWhatIsNew() {
    pages.put("/api/KEY1/banned", "{\"ipaddress\":[\"192.0.2.1\"],\"ID\":\"100\"}");
    pages.put("/api/KEY1/banned/100", "{\"ipaddress\":[\"192.0.2.2\"],\"ID\":\"200\"}");
    pages.put("/api/KEY1/banned/200", "{\"ipaddress\":[\"no new bans\"],\"ID\":\"none\"}");
    lists.take(
        Map.of(
            "apiban",
            settings(
                "url: " + url("/api/") + "\nformat: apiban\ninterval: 1s\nkey: file:" + key())));
    until(() -> banned().equals(List.of("192.0.2.1", "192.0.2.2")));

    pages.put("/api/KEY1/banned/200", "{\"ipaddress\":[\"192.0.2.3\"],\"ID\":\"300\"}");
    pages.put("/api/KEY1/banned/300", "{\"ipaddress\":[\"no new bans\"],\"ID\":\"none\"}");
    until(() -> banned().equals(List.of("192.0.2.1", "192.0.2.2", "192.0.2.3")));
    assertThat(asked.stream().filter("/api/KEY1/banned"::equals)).hasSize(1);
  }

  private Path key() {
    try {
      return Files.writeString(folder.resolve("apiban.key"), "KEY1\n");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void watchesAFileAndLiftsWhatALeftListHad() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.txt"), "192.0.2.1\n192.0.2.2\n");
    BlocklistSettings settings = settings("file: " + file);
    lists.take(Map.of("ours", settings));
    until(() -> banned().equals(List.of("192.0.2.1", "192.0.2.2")));

    Files.writeString(file, "192.0.2.2\n192.0.2.3\n");
    until(() -> banned().equals(List.of("192.0.2.2", "192.0.2.3")));

    lists.take(Map.of());
    assertThat(banned()).isEmpty();
  }
}
