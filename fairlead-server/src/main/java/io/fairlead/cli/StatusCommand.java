// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.admin.Json;
import io.fairlead.admin.JsonObject;
import io.fairlead.cli.control.StatusText;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fairlead status}. Owned by the main thread. */
@Command(name = "status", description = "Show how a running Fairlead and its backends are.")
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InstanceOptions where;

  @Option(names = "--json", description = "Print all that is known, as one line of JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  StatusCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    return where.talk(
        spec.commandLine().getErr(),
        client -> {
          JsonObject status = client.ask("status", Map.of());
          if (json) {
            out.println(Json.text(status));
          } else {
            text().lines(status).forEach(out::println);
          }
          return Main.OK;
        });
  }

  /** For the terminal there is; what goes into a file is not cut. */
  static StatusText text() {
    int width = Terminal.width();
    return new StatusText(width, Terminal.colours());
  }
}
