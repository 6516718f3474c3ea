// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.cli.demo.Demo;
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
      "Exit code 1 when a call failed."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int SHORTEST = 5;

  @Spec private CommandSpec spec;

  @Option(names = "--seconds", paramLabel = "N", description = "End after N seconds (5 or more).")
  private int seconds;

  @Option(names = "--registrar", description = "Show phones that register and are called.")
  private boolean registrar;

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
    if (seconds != 0 && seconds < SHORTEST) {
      throw new ParameterException(spec.commandLine(), "--seconds must be 5 or more");
    }
    if (rate < 1 || rate > 500) {
      throw new ParameterException(spec.commandLine(), "--rate must be 1 to 500");
    }
    CountDownLatch stop = new CountDownLatch(1);
    Signals.onStop(stop::countDown);
    PrintWriter out = spec.commandLine().getOut();
    boolean answered =
        registrar
            ? new RegistrarDemo(seconds, rate, out).run(stop)
            : new Demo(seconds, rate, out).run(stop);
    return answered ? Main.OK : Main.FAILED;
  }
}
