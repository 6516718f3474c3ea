// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.config.FileWatch;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
    Running running = new Running(file, command.getOut(), command.getErr());
    Signals.onStop(() -> running.post(Running.Event.STOP));
    Signals.on("HUP", () -> running.post(Running.Event.HANGUP));
    try (FileWatch _ = watch(running)) {
      return running.run();
    }
  }

  private @Nullable FileWatch watch(Running running) {
    return noWatch ? null : new FileWatch(file, () -> running.post(Running.Event.FILE_CHANGED));
  }
}
