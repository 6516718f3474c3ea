// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/**
 * The {@code fairlead} command. Exit codes: 0 done, 1 the configuration is wrong or the command
 * failed, 2 wrong usage. Owned by the main thread.
 */
@Command(
    name = "fairlead",
    description = "A SIP load balancer in front of FreeSWITCH farms.",
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    subcommands = {
      RunCommand.class,
      CheckCommand.class,
      ExplainCommand.class,
      DemoCommand.class,
      StatusCommand.class,
      TopCommand.class,
      LimitsCommand.class,
      DrainCommand.class,
      BackendOrderCommand.Undrain.class,
      BackendOrderCommand.Maintenance.class,
      BackendOrderCommand.Ready.class,
      BansCommand.class,
      ReloadCommand.class,
      ListCommand.class,
      ImportCommand.class,
      CertsCommand.class,
      VersionCommand.class
    })
public final class Main implements Runnable {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  /** For picocli, which fills the rest. */
  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  public Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] args) {
    endsWhenItFails();
    System.exit(execute(args, System.out, System.err));
  }

  /**
   * A defect that ends this thread ends the process: the loops' threads would hold it for ever. So
   * it is when an update took the jars away under a process that runs, and its end needs a class.
   */
  static void endsWhenItFails() {
    Thread.currentThread()
        .setUncaughtExceptionHandler((thread, defect) -> {
          defect.printStackTrace();
          Runtime.getRuntime().halt(FAILED);
        });
  }

  /**
   * Runs the command. {@code run FILE} is as it is written where Fairlead is started in earnest,
   * and nothing is to be parsed there: it does without the parser, which is a third of a start.
   */
  static int execute(String[] args, PrintStream out, PrintStream err) {
    if (args.length == 2 && args[0].equals("run") && isPlain(args[1])) {
      return RunCommand.run(Path.of(args[1]), writer(out), writer(err));
    }
    boolean colours = Terminal.colours();
    return new CommandLine(new Main())
        .setOut(writer(out))
        .setErr(writer(err))
        .setColorScheme(CommandLine.Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF))
        .setParameterExceptionHandler(Main::wrongUsage)
        .setUsageHelpWidth(90)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  // Neither an option nor the name of a file of arguments.
  private static boolean isPlain(String arg) {
    return !arg.isEmpty() && arg.charAt(0) != '-' && arg.charAt(0) != '@';
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("fairlead: " + e.getMessage());
    if (CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.flush();
    }
    err.println(synopsis(command));
    return USAGE;
  }

  private static String synopsis(CommandLine command) {
    String usage = command.getHelp().synopsis("Usage: ".length()).strip();
    String names =
        command.getSubcommands().isEmpty()
            ? ""
            : command.getSubcommands().keySet().stream()
                .collect(Collectors.joining(", ", "\nCommands: ", ""));
    String name = command.getCommandSpec().qualifiedName();
    return "Usage: " + usage + names + "\nMore: " + name + " --help";
  }
}
