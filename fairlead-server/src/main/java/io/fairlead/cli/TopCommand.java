// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.cli.control.TopLiveView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fairlead top}. Owned by the main thread. */
@Command(
    name = "top",
    description = {"Watch a running Fairlead: its backends by load, drains, calls.", "q quits."})
final class TopCommand implements Callable<Integer> {
  private static final double SHORTEST = 0.1;
  private static final double LONGEST = 60;

  @Spec private CommandSpec spec;
  @Mixin private InstanceOptions where;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "How often it is refreshed (${DEFAULT-VALUE}).")
  private double interval;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  TopCommand() {}

  @Override
  public Integer call() {
    if (!(interval >= SHORTEST && interval <= LONGEST)) {
      throw new ParameterException(spec.commandLine(), "--interval must be 0.1 to 60");
    }
    return where.talk(
        spec.commandLine().getErr(),
        client -> {
          if (!Terminal.present()) {
            spec.commandLine().getErr().println("fairlead: top needs a terminal; see status");
            return Main.FAILED;
          }
          TopLiveView.show(client, Math.round(interval * 1000), spec.commandLine().getOut());
          return Main.OK;
        });
  }
}
