// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.it.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of Debian's package on loopback, that can be killed and started again. PostgreSQL
 * refuses to run as root, so that root starts it as nobody. Owned by one test.
 */
final class PostgresProcess implements AutoCloseable {
  private static final String PASSWORD = "fairlead-test";

  private final Path programs = programs();
  private final Path folder;
  private final int port = Loopback.free().getPort();
  private @Nullable Process process;

  PostgresProcess(Path under) throws IOException {
    folder = under.resolve("pg");
    Path password = Files.writeString(under.resolve("password"), PASSWORD);
    if (root()) {
      Files.createDirectory(folder);
      run("chown", "nobody", under.toString(), folder.toString(), password.toString());
    }
    run(
        unprivileged(
            programs.resolve("initdb").toString(),
            "-D",
            folder.toString(),
            "-U",
            "fairlead",
            "-A",
            "scram-sha-256",
            "--pwfile=" + password,
            "-E",
            "UTF8",
            "--no-sync"));
    start();
  }

  private static Path programs() {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    } catch (IOException | java.util.NoSuchElementException e) {
      throw new AssertionError(
          "postgres is missing; ./test installs it: apt-get install postgresql", e);
    }
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static List<String> unprivileged(String... command) {
    List<String> words = new ArrayList<>();
    if (root()) {
      words.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
    }
    words.addAll(List.of(command));
    return words;
  }

  private static void run(String... command) {
    run(List.of(command));
  }

  private static void run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(command + " failed:\n" + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Starts it and waits until it answers. */
  void start() throws IOException {
    process =
        new ProcessBuilder(
                unprivileged(
                    programs.resolve("postgres").toString(),
                    "-D",
                    folder.toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "fsync=off"))
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    for (int attempt = 0; ; attempt++) {
      try {
        sql("select 1");
        return;
      } catch (SQLException e) {
        if (attempt == 200 || !process.isAlive()) {
          throw new AssertionError("postgres did not come up", e);
        }
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  /** SIGKILL to the whole of it: its children end when their parent is gone. */
  void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    try {
      List<ProcessHandle> children = running.descendants().toList();
      running.destroyForcibly().waitFor();
      children.forEach(ProcessHandle::destroyForcibly);
      for (ProcessHandle child : children) {
        var _ = child.onExit().get(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("postgres does not end", e);
    }
  }

  /** Runs a statement as the owner. */
  void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:" + url(), user(), password());
        Statement one = connection.createStatement()) {
      one.execute(statement);
    }
  }

  String url() {
    return "postgresql://127.0.0.1:" + port + "/postgres";
  }

  String user() {
    return "fairlead";
  }

  String password() {
    return PASSWORD;
  }

  @Override
  public void close() {
    kill();
  }
}
