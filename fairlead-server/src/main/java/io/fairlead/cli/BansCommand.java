// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.admin.Json;
import io.fairlead.admin.JsonObject;
import io.fairlead.cli.control.BansText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead bans}. Owned by the main thread. */
@Command(
    name = "bans",
    description = "Show which sources are banned and why; ban and lift.",
    subcommands = {BansCommand.Add.class, BansCommand.Lift.class})
final class BansCommand implements Callable<Integer> {
  private static final int SHOWN = 1000;

  @Spec private CommandSpec spec;
  @Mixin private InstanceOptions where;

  @Option(
      names = "--why",
      paramLabel = "ADDRESS",
      description = "How it stands with one source: its points, its ban, and what protects it.")
  private @Nullable String why;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many bans are shown, the newest first; without it 1000.")
  private int limit = SHOWN;

  @Option(names = "--json", description = "Print all that is known, as one line of JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  BansCommand() {}

  @Override
  public Integer call() {
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    request.put("why", why);
    request.put("limit", why == null ? limit : null);
    int width = Terminal.width();
    return ask(
        spec,
        where,
        new Asked("bans", request, json),
        why == null ? answer -> BansText.list(answer, width) : BansText::why);
  }

  private record Asked(String verb, Map<String, @Nullable Object> fields, boolean json) {}

  private static int ask(
      CommandSpec spec,
      InstanceOptions where,
      Asked asked,
      Function<JsonObject, List<String>> text) {
    var command = spec.commandLine();
    return where.talk(
        command.getErr(),
        client -> {
          JsonObject answer = client.ask(asked.verb(), asked.fields());
          if (asked.json()) {
            command.getOut().println(Json.text(answer));
          } else {
            text.apply(answer).forEach(command.getOut()::println);
          }
          return Main.OK;
        });
  }

  /** {@code fairlead bans add}. Owned by the main thread. */
  @Command(name = "add", description = "Ban a source or a network.")
  static final class Add implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private InstanceOptions where;

    @Parameters(
        paramLabel = "ADDRESS",
        description = "An address, or a network such as 192.0.2.0/24.")
    private String address;

    @Option(
        names = "--time",
        paramLabel = "TIME",
        description = "For how long, such as 12h; without it 1h.")
    private @Nullable String time;

    @Option(names = "--json", description = "Print all that is known, as one line of JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
    Add() {}

    @Override
    public Integer call() {
      Map<String, @Nullable Object> request = new LinkedHashMap<>();
      request.put("address", address);
      request.put("time", time);
      return ask(spec, where, new Asked("ban", request, json), BansText::why);
    }
  }

  /** {@code fairlead bans lift}. Owned by the main thread. */
  @Command(name = "lift", description = "Lift the ban of a source or a network.")
  static final class Lift implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private InstanceOptions where;

    @Parameters(paramLabel = "ADDRESS", description = "As `fairlead bans` shows it.")
    private String address;

    @Option(names = "--json", description = "Print all that is known, as one line of JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
    Lift() {}

    @Override
    public Integer call() {
      Map<String, @Nullable Object> request = new LinkedHashMap<>();
      request.put("address", address);
      return ask(spec, where, new Asked("lift", request, json), BansText::why);
    }
  }
}
