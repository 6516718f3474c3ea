// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.config.Plugin;
import io.fairlead.pool.balance.Balancers;
import io.fairlead.pool.health.HealthChecks;
import io.fairlead.transport.Transports;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead list balancers|checks|transports}. Owned by the main thread. */
@Command(
    name = "list",
    description = "List what can be chosen in the configuration.",
    customSynopsis = "fairlead list balancers|checks|transports")
final class ListCommand implements Runnable {
  /** What can be listed. */
  enum What {
    BALANCERS,
    CHECKS,
    TRANSPORTS;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "WHAT", description = "One of: ${COMPLETION-CANDIDATES}.")
  private What what;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  ListCommand() {}

  @Override
  public void run() {
    List<? extends Plugin<?, ?, ?>> kinds =
        switch (what) {
          case BALANCERS -> Balancers.kinds();
          case CHECKS -> HealthChecks.kinds();
          case TRANSPORTS -> Transports.kinds();
        };
    TextTable table = new TextTable("NAME", "WHAT IT DOES");
    kinds.forEach(kind -> table.row(kind.name(), ascii(kind.doc())));
    table.lines().forEach(spec.commandLine().getOut()::println);
  }

  /** Reference texts have a section sign now and then; a terminal need not. */
  private static String ascii(String text) {
    return text.replace("\u00a7", "section ");
  }
}
