// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fairlead reload}. Owned by the main thread. */
@Command(
    name = "reload",
    description = "Have a running Fairlead read its configuration again, and show what changed.")
final class ReloadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InstanceOptions where;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  ReloadCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    return where.talk(
        spec.commandLine().getErr(),
        client -> {
          List<?> changes = client.ask("reload", Map.of()).list("changes");
          out.println(changes.isEmpty() ? "no change" : Plurals.count(changes.size(), "change"));
          changes.forEach(change -> out.println("  " + change));
          return Main.OK;
        });
  }
}
