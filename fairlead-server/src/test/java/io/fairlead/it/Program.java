// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A program that a test started, with a directory for what it writes. Owned by one test. */
final class Program implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;
  private final Path directory;
  private final Process process;

  private Program(String name, Path directory, Process process) {
    this.name = name;
    this.directory = directory;
    this.process = process;
  }

  /** A new directory for one program's files, kept after the test. */
  static Path directory(String name) {
    try {
      Path logs = Path.of(System.getProperty("fairlead.logs", "target/it-logs"));
      String run = ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
      return Files.createDirectories(logs.resolve(run + "-" + name)).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Program start(String name, Path directory, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(directory.resolve("output").toFile())
              .start();
      return new Program(name, directory, process);
    } catch (IOException e) {
      throw new AssertionError("Could not start " + name + ": " + e.getMessage(), e);
    }
  }

  /** The path of a peer's program; where it is missing, the test fails and says how to get it. */
  static String require(String tool, String debianPackage) {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
            Stream.of("/usr/sbin", "/usr/local/bin"))
        .map(directory -> Path.of(directory, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseThrow(() ->
            new AssertionError(
                tool + " is missing; ./test installs it: apt-get install " + debianPackage));
  }

  Process process() {
    return process;
  }

  Path directory() {
    return directory;
  }

  /** The exit code; a program that is still running then is a failure. */
  int await(Duration limit) {
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError(name + " is still running after " + limit + "\n" + tail("output"));
  }

  String read(String file) {
    try {
      Path path = directory.resolve(file);
      return Files.exists(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The end of a file it wrote, for a message of failure. */
  String tail(String file) {
    String text = read(file);
    String end = text.length() > 6000 ? "…" + text.substring(text.length() - 6000) : text;
    return end.isBlank() ? "" : "--- " + directory.resolve(file) + "\n" + end + "\n";
  }

  /** SIGTERM, and after five seconds SIGKILL. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
