// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.admin.Json;
import io.fairlead.admin.JsonObject;
import io.fairlead.cli.control.LimitText;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fairlead limits}. Owned by the main thread. */
@Command(
    name = "limits",
    description = "Show the limits of a running Fairlead, and who holds most of each.")
final class LimitsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InstanceOptions where;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many keys of each limit, 0 to 1000. Without it 10.")
  private int most;

  @Option(names = "--json", description = "Print all that is known, as one line of JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  LimitsCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    return where.talk(
        spec.commandLine().getErr(),
        client -> {
          JsonObject limits = client.ask("limits", Map.of("most", most));
          if (json) {
            out.println(Json.text(limits));
          } else {
            int width = Terminal.width();
            LimitText.lines(limits, width).forEach(out::println);
          }
          return Main.OK;
        });
  }
}
