// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fairlead version}. Owned by the main thread. */
@Command(name = "version", description = "Print the version of Fairlead and of Java.")
final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  VersionCommand() {}

  @Override
  public void run() {
    spec.commandLine()
        .getOut()
        .printf("fairlead %s (Java %s)%n", Version.number(), Runtime.version());
  }
}
