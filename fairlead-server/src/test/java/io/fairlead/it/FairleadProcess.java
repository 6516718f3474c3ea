// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fairlead as an operator runs it: {@code fairlead run FILE}. The jars of the distribution are run
 * where they are built, else (in an editor) the class path of the test. {@code
 * -Dfairlead.command=/path/to/fairlead} tests another one. Owned by one test.
 */
final class FairleadProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("\\bready\\b");

  private final Program program;

  private FairleadProcess(Program program) {
    this.program = program;
  }

  /** Starts it with this configuration and waits until it is ready. */
  static FairleadProcess run(String config) {
    return run(config, List.of());
  }

  /** The same by a command that runs others, such as one that enters a network namespace. */
  static FairleadProcess run(String config, List<String> by) {
    Path directory = Program.directory("fairlead");
    try {
      Path file = Files.writeString(directory.resolve("fairlead.yaml"), config);
      List<String> command = new ArrayList<>(by);
      command.addAll(command());
      command.addAll(List.of("run", file.toString()));
      FairleadProcess fairlead = new FairleadProcess(Program.start("fairlead", directory, command));
      fairlead.awaitReady();
      return fairlead;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another command of Fairlead, beside the one that runs. */
  static Program command(String... args) throws IOException {
    List<String> command = command();
    command.addAll(List.of(args));
    return Program.start("command", Program.directory("command"), command);
  }

  private static List<String> command() throws IOException {
    List<String> command = new ArrayList<>();
    @Nullable String other = System.getProperty("fairlead.command");
    if (other != null) {
      command.add(other);
      return command;
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    @Nullable String options = System.getProperty("fairlead.jvm");
    if (options != null) {
      command.add("@" + options);
    }
    command.addAll(List.of("-cp", classPath(), "io.fairlead.cli.Main"));
    return command;
  }

  private static String classPath() throws IOException {
    Path lib = Path.of(System.getProperty("fairlead.lib", "target/dist/lib"));
    if (!Files.isDirectory(lib)) {
      return System.getProperty(
          "surefire.test.class.path", System.getProperty("java.class.path", ""));
    }
    try (Stream<Path> jars = Files.list(lib)) {
      return jars.sorted()
          .map(jar -> jar.toAbsolutePath().toString())
          .collect(Collectors.joining(":"));
    }
  }

  private void awaitReady() {
    boolean up =
        Loopback.await(Duration.ofSeconds(30), () -> !program.process().isAlive() || isReady());
    if (!up || !isReady()) {
      program.close();
      throw new AssertionError(
          "fairlead did not get ready\n" + program.tail("output") + program.tail("fairlead.yaml"));
    }
  }

  private boolean isReady() {
    return READY.matcher(log()).find();
  }

  /** All it wrote so far. */
  String log() {
    return program.read("output");
  }

  /** SIGTERM as an operator does it; the exit code. */
  int stop() {
    program.process().destroy();
    return program.await(Duration.ofSeconds(15));
  }

  /** SIGKILL: it cannot write anything any more. */
  void kill() {
    program.process().destroyForcibly();
    program.await(Duration.ofSeconds(10));
  }

  long pid() {
    return program.process().pid();
  }

  @Override
  public void close() {
    program.close();
  }
}
