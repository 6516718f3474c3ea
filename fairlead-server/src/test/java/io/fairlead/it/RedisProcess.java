// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Redis that keeps nothing beyond its end. Owned by one test. */
final class RedisProcess implements AutoCloseable {
  private final InetSocketAddress address = Loopback.free();
  private final Path directory = Program.directory("redis");
  private final String program;
  private Program process;

  RedisProcess() {
    program = program();
    process = start();
  }

  // Debian's redis-tools has the server's program, which is known by its name, without the service.
  private String program() {
    Path installed = Path.of("/usr/bin/redis-server");
    if (Files.isExecutable(installed)) {
      return installed.toString();
    }
    try {
      Path link = directory.resolve("redis-server");
      return Files.createSymbolicLink(
              link, Path.of(Program.require("redis-check-rdb", "redis-tools")))
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Program start() {
    Program started =
        Program.start(
            "redis",
            directory,
            List.of(
                program,
                "--port",
                Integer.toString(address.getPort()),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--requirepass",
                "sesame"));
    if (!Loopback.await(
        Duration.ofSeconds(20),
        () -> started.read("output").contains("Ready to accept connections"))) {
      throw new AssertionError("Redis does not listen\n" + started.tail("output"));
    }
    return started;
  }

  int port() {
    return address.getPort();
  }

  /** SIGKILL. */
  void kill() {
    try {
      process.process().destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts it again on the same port, empty. */
  void restart() {
    process = start();
  }

  /** SIGSTOP: connections stay, nothing answers. */
  void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    Program kill =
        Program.start(
            "kill",
            directory,
            List.of("/bin/kill", "-" + name, Long.toString(process.process().pid())));
    if (kill.await(Duration.ofSeconds(10)) != 0) {
      throw new AssertionError("kill -" + name + " failed\n" + kill.tail("output"));
    }
  }

  @Override
  public void close() {
    process.process().destroyForcibly();
    process.close();
  }
}
