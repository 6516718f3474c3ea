// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Orders for backends that need no options: each is its name. Owned by the main thread. */
class BackendOrderCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InstanceOptions where;

  @Parameters(
      paramLabel = "BACKEND",
      arity = "1..*",
      description =
          "POOL/BACKEND, or BACKEND alone when one pool has it; media/ENGINE for a media engine.")
  private List<String> backends;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  BackendOrderCommand() {}

  @Override
  public final Integer call() {
    var command = spec.commandLine();
    return where.talk(
        command.getErr(),
        client -> {
          DrainCommand.order(
              client,
              spec.name(),
              Map.of("backends", backends),
              true,
              command.getOut(),
              command.getErr());
          return Main.OK;
        });
  }

  /** {@code fairlead undrain}. Owned by the main thread. */
  @Command(name = "undrain", description = "Take drain back: new calls go to the backends again.")
  static final class Undrain extends BackendOrderCommand {}

  /** {@code fairlead maintenance}. Owned by the main thread. */
  @Command(
      name = "maintenance",
      description = "Send no new calls to backends, and expect them to be off.")
  static final class Maintenance extends BackendOrderCommand {}

  /** {@code fairlead ready}. Owned by the main thread. */
  @Command(
      name = "ready",
      description = "Take drain and maintenance back: what checks say decides again.")
  static final class Ready extends BackendOrderCommand {}
}
