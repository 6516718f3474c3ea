// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.config.FileWatch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead run FILE}. Owned by the main thread. */
@Command(
    name = "run",
    description = {
      "Run in the foreground.",
      "SIGHUP or a change of the file reloads it; SIGTERM and Ctrl-C stop, a second one at once."
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The configuration.")
  private Path file;

  @Option(names = "--no-watch", description = "Reload only on SIGHUP, not when the file changes.")
  private boolean noWatch;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  RunCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    var command = spec.commandLine();
    return run(file, !noWatch, command.getOut(), command.getErr());
  }

  /** As picocli would run it with the file alone, and fail, without picocli. */
  static int run(Path file, PrintWriter out, PrintWriter err) {
    try {
      return run(file, true, out, err);
    } catch (RuntimeException | InterruptedException e) {
      e.printStackTrace(err);
      return Main.FAILED;
    }
  }

  private static int run(Path file, boolean watched, PrintWriter out, PrintWriter err)
      throws InterruptedException {
    RunLifecycle running = new RunLifecycle(file, out, err);
    Signals.onStop(() -> running.post(RunLifecycle.Event.STOP));
    Signals.on("HUP", () -> running.post(RunLifecycle.Event.HANGUP));
    try (FileWatch _ = watched ? watch(file, running) : null) {
      return running.run();
    }
  }

  private static FileWatch watch(Path file, RunLifecycle running) {
    return new FileWatch(file, () -> running.post(RunLifecycle.Event.FILE_CHANGED));
  }
}
