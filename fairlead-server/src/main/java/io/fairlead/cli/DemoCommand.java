// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.cli.demo.AttackDemo;
import io.fairlead.cli.demo.Demo;
import io.fairlead.cli.demo.MediaDemo;
import io.fairlead.cli.demo.RegistrarDemo;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fairlead demo}. Owned by the main thread. */
@Command(
    name = "demo",
    description = {
      "Show Fairlead at work on this machine alone.",
      "Three small SIP servers, calls at a steady rate, one server killed and brought back.",
      "With --registrar: phones behind NAT that register and are called, one unplugged and back.",
      "With --media: phones behind NAT that hear each other through the relay, a hold, a stranger.",
      "With --attack: a scanner, a cracker and a flooder, named, scored and banned during calls.",
      "Exit code 1 when a call failed, or somebody did not hear the other."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int SHORTEST = 5;
  private static final int SHORTEST_LONG = 15;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "End after N seconds (5 or more; with --media or --attack 15).")
  private int seconds;

  @Option(names = "--registrar", description = "Show phones that register and are called.")
  private boolean registrar;

  @Option(names = "--media", description = "Show calls whose media is relayed.")
  private boolean media;

  @Option(names = "--attack", description = "Show calls that go on under attack.")
  private boolean attack;

  @Option(
      names = "--calls",
      paramLabel = "CALLS",
      defaultValue = "20",
      description = "With --media: calls at a time (${DEFAULT-VALUE}).")
  private int calls;

  @Option(
      names = "--rate",
      paramLabel = "CALLS",
      defaultValue = "20",
      description = "Calls per second (${DEFAULT-VALUE}).")
  private int rate;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    int shortest = media || attack ? SHORTEST_LONG : SHORTEST;
    if (seconds != 0 && seconds < shortest) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be " + shortest + " or more");
    }
    if ((media ? 1 : 0) + (registrar ? 1 : 0) + (attack ? 1 : 0) > 1) {
      throw new ParameterException(
          spec.commandLine(), "only one of --media, --registrar and --attack");
    }
    if (calls < 4 || calls > 100) {
      throw new ParameterException(spec.commandLine(), "--calls must be 4 to 100");
    }
    if (rate < 1 || rate > 500) {
      throw new ParameterException(spec.commandLine(), "--rate must be 1 to 500");
    }
    CountDownLatch stop = new CountDownLatch(1);
    Signals.onStop(stop::countDown);
    PrintWriter out = spec.commandLine().getOut();
    return run(out, stop) ? Main.OK : Main.FAILED;
  }

  private boolean run(PrintWriter out, CountDownLatch stop) throws Exception {
    if (media) {
      return new MediaDemo(seconds, calls, out).run(stop);
    }
    if (attack) {
      return new AttackDemo(seconds, rate, out).run(stop);
    }
    return registrar
        ? new RegistrarDemo(seconds, rate, out).run(stop)
        : new Demo(seconds, rate, out).run(stop);
  }
}
