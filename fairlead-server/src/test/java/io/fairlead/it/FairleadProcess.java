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

/** Fairlead as an operator runs it: {@code fairlead run FILE}. Owned by one test. */
final class FairleadProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("\\bready\\b");
  // On a busy machine an answer may take longer than the usual half second; what is sent again then
  // would be one message too many.
  private static final String PATIENT = "timers: { t1: 2s }\n";

  static final Duration READY_WITHIN = Duration.ofSeconds(60);

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
      String whole = config.contains("timers:") ? config : config + PATIENT;
      Path file = Files.writeString(directory.resolve("fairlead.yaml"), whole);
      List<String> command = new ArrayList<>(by);
      command.addAll(Distribution.command());
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
    List<String> command = Distribution.command();
    command.addAll(List.of(args));
    return Program.start("command", Program.directory("command"), command);
  }

  private void awaitReady() {
    boolean up = Loopback.await(READY_WITHIN, () -> !program.process().isAlive() || isReady());
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
