// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.admin.RefusedException;
import io.fairlead.cli.control.ControlClient;
import io.fairlead.cli.control.ControlSocketFinder;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which running Fairlead is meant. Owned by the main thread. */
final class InstanceOptions {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = {
        "Its control socket. Without it: that of $FAIRLEAD_SOCKET, or the only one that runs,",
        "or the only one with its configuration in the current folder."
      })
  private @Nullable Path socket;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The one that runs with this configuration.")
  private @Nullable Path config;

  InstanceOptions() {}

  /** What is done with it. */
  interface Talk {
    /** The exit code. */
    int with(ControlClient client) throws RefusedException, InterruptedException;
  }

  /** Finds it and talks with it; says why when that fails. */
  int talk(PrintWriter err, Talk talk) {
    try {
      return talk.with(ControlSocketFinder.find(socket, config));
    } catch (RefusedException e) {
      err.println("fairlead: " + e.why());
      return Main.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
  }
}
