// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.server.Plan;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead check FILE}. Owned by the main thread. */
@Command(name = "check", description = "Check a configuration file and print every error in it.")
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The configuration.")
  private Path file;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  CheckCommand() {}

  @Override
  public Integer call() {
    Plan plan = ConfigLoader.read(file, spec.commandLine().getErr());
    if (plan == null) {
      return Main.FAILED;
    }
    spec.commandLine().getOut().println(file + ": ok");
    return Main.OK;
  }
}
