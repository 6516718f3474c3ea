// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Chromium without a window, on a page that the test serves: a phone by JsSIP that does what it
 * is told and tells what happened. Owned by one test.
 */
final class Browser implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private @Nullable Program program;

  /** A page that is not open yet. */
  Browser() {
    try {
      server = HttpServer.create(Loopback.free(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String modules = resource("modules.js") + NodeModules.script();
    server.setExecutor(threads);
    server.createContext("/", by -> answer(by, "text/html", resource("phone.html")));
    server.createContext("/modules.js", by -> answer(by, "text/javascript", modules));
    server.createContext("/phone.js", by -> answer(by, "text/javascript", resource("phone.js")));
    server.createContext("/order", by -> answer(by, "text/plain", order()));
    server.createContext("/said", this::hear);
    server.start();
  }

  /** The page's origin. */
  String origin() {
    return "http://" + Loopback.text(server.getAddress());
  }

  /** Opens the page; it connects and registers at once. */
  void open(InetSocketAddress fairlead, String keyHash, String user, String password) {
    String settings =
        "{\"server\": \"wss://%s:%d/sip\", \"uri\": \"sip:%s\", \"password\": \"%s\"}"
            .formatted(TestTransport.DOMAIN, fairlead.getPort(), user, password);
    server.createContext("/settings", by -> answer(by, "application/json", settings));
    Path directory = Program.directory("chromium");
    program =
        Program.start(
            "chromium",
            directory,
            List.of(
                Program.require("chromium", "chromium"),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--no-proxy-server",
                "--enable-logging=stderr",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                "--user-data-dir=" + directory.resolve("profile"),
                "--ignore-certificate-errors-spki-list=" + keyHash,
                "--host-resolver-rules=MAP "
                    + TestTransport.DOMAIN
                    + " 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                origin() + "/"));
  }

  void orders(String order) {
    orders.add(order);
  }

  /** Waits until the page has said this so many times. */
  void says(String what, int times) {
    Loopback.await(Duration.ofSeconds(60), () -> count(what) >= times || broken());
    if (count(what) < times) {
      throw new AssertionError("The page never said " + what + " but " + said + output());
    }
  }

  private long count(String what) {
    return said.stream().filter(what::equals).count();
  }

  private boolean broken() {
    return said.stream().anyMatch(each -> each.startsWith("error "));
  }

  List<String> said() {
    return List.copyOf(said);
  }

  private String output() {
    return program == null
        ? ""
        : program
            .read("output")
            .lines()
            .filter(line -> line.contains(":CONSOLE:"))
            .collect(Collectors.joining("\n", "\n", "\n"));
  }

  // None within a while is no order: the page asks again.
  private String order() {
    try {
      String next = orders.poll(10, TimeUnit.SECONDS);
      return next == null ? "" : next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private void hear(HttpExchange by) throws IOException {
    said.add(new String(by.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    answer(by, "text/plain", "");
  }

  private static void answer(HttpExchange by, String type, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    by.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    by.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    try (var out = by.getResponseBody()) {
      out.write(body);
    }
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(Browser.class.getResourceAsStream("/browser/" + name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
