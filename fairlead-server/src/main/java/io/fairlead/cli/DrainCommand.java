// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.admin.JsonObject;
import io.fairlead.cli.control.ControlClient;
import io.fairlead.cli.control.DrainProgress;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead drain}. Owned by the main thread. */
@Command(
    name = "drain",
    description = {
      "Send no new calls to backends; living calls go on.",
      "Exit code 1 with --wait when calls are left at the deadline."
    })
final class DrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InstanceOptions where;

  @Parameters(
      paramLabel = "BACKEND",
      arity = "1..*",
      description =
          "POOL/BACKEND, or BACKEND alone when one pool has it; media/ENGINE for a media engine.")
  private List<String> backends;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "When it is to be over, counted from now, such as 2h.")
  private @Nullable String deadline;

  @Option(
      names = "--then",
      paramLabel = "WHAT",
      description = {
        "When the last call has ended, or at the deadline: notify (log and count it; without this"
            + " option), or maintenance."
      })
  private @Nullable String then;

  @Option(
      names = "--calls",
      paramLabel = "WHAT",
      description = {
        "Calls that live at the deadline: leave them (without this option), or bye: FreeSWITCH"
            + " ends all calls it has."
      })
  private @Nullable String calls;

  @Option(names = "--wait", description = "Wait until it is over, and show how far it is.")
  private boolean wait;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  DrainCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return where.talk(
        err,
        client -> {
          Map<String, @Nullable Object> request = new LinkedHashMap<>();
          request.put("backends", backends);
          request.put("deadline", deadline);
          request.put("then", then);
          request.put("calls", calls);
          if (wait && backends.stream().anyMatch(name -> name.startsWith("media/"))) {
            err.println("fairlead: note: --wait waits for backends, not for media engines");
          }
          List<JsonObject> drained = order(client, "drain", request, !wait, out, err);
          List<String> paths = drained.stream().map(backend -> backend.text("path")).toList();
          boolean clean = !wait || new DrainProgress(client, out, Terminal.present()).await(paths);
          return clean ? Main.OK : Main.FAILED;
        });
  }

  /** Gives an order and prints what came of it. */
  static List<JsonObject> order(
      ControlClient client,
      String verb,
      Map<String, ? extends @Nullable Object> request,
      boolean shown,
      PrintWriter out,
      PrintWriter err)
      throws io.fairlead.admin.RefusedException {
    JsonObject answer = client.ask(verb, request);
    answer.list("notes").forEach(note -> err.println("fairlead: note: " + note));
    List<JsonObject> backends = answer.each("backends");
    if (shown) {
      StatusCommand.text().ordered(answer).forEach(out::println);
    }
    return backends;
  }
}
