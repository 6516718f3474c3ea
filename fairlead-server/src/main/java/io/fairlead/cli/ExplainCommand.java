// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.server.Explain;
import io.fairlead.server.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead explain FILE MESSAGE}. Owned by the main thread. */
@Command(
    name = "explain",
    description = {
      "Show what would become of a SIP message.",
      "The route, the pool and the backends it would meet, and why."
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int LONGEST = 65_535;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "The configuration.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "MESSAGE",
      description = "A file with one SIP message; - for standard input.")
  private Path message;

  @Option(
      names = "--source",
      paramLabel = "ADDRESS",
      description = "Pretend that it came from this address, such as 192.0.2.7:5060.")
  private @Nullable String source;

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description =
          "Pretend that it came in there, such as udp:192.0.2.1:5060; else the first listener.")
  private @Nullable String listener;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  ExplainCommand() {}

  @Override
  public Integer call() {
    byte[] bytes;
    try {
      bytes =
          message.toString().equals("-")
              ? System.in.readNBytes(LONGEST)
              : Files.readAllBytes(message);
    } catch (IOException e) {
      spec.commandLine().getErr().println("fairlead: the message cannot be read: " + e);
      return Main.FAILED;
    }
    Plan plan = ConfigLoader.read(file, spec.commandLine().getErr());
    if (plan == null) {
      return Main.FAILED;
    }
    try {
      Explain.explain(plan, withCrLf(bytes), source, listener)
          .forEach(spec.commandLine().getOut()::println);
      return Main.OK;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Files written with an editor have bare line feeds, which SIP does not know: the head gets CR
   * LF, the body stays.
   */
  static byte[] withCrLf(byte[] bytes) {
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (text.contains("\r\n")) {
      return bytes;
    }
    int body = text.indexOf("\n\n");
    String head =
        (body < 0 ? text.stripTrailing() + "\n" : text.substring(0, body + 1))
            .replace("\n", "\r\n");
    String rest = body < 0 ? "" : text.substring(body + 2);
    return (head + "\r\n" + rest).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
