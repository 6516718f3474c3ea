// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.cli.imports.Import;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead import PROGRAM FILE}. Owned by the main thread. */
@Command(
    name = "import",
    description = {
      "Print what another balancer was told as a configuration.",
      "Comments say what has no equal."
    })
final class ImportCommand implements Runnable {
  private static final int LARGEST = 16 << 20;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  ImportCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "From what: kamailio, opensips or freeswitch?");
  }

  @Command(name = "kamailio", description = "From the dispatcher.list of Kamailio's dispatcher.")
  int kamailio(
      @Parameters(paramLabel = "FILE", description = "The list.") Path file,
      @Option(
              names = "--algorithm",
              paramLabel = "N",
              description = "The second argument of ds_select_dst, which the list does not say.")
          @Nullable Integer algorithm,
      @Option(
              names = "--listen",
              paramLabel = "ADDRESS",
              description = "Our own address, one of each family. Without it: loopback.")
          @Nullable List<String> listen) {
    Import.Source source = read(file);
    if (source == null) {
      return Main.FAILED;
    }
    try {
      return print(importing(listen).kamailio(source, algorithm));
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
  }

  @Command(
      name = "opensips",
      description = "From the table of OpenSIPS' load balancer, exported as CSV.")
  int opensips(
      @Parameters(paramLabel = "FILE", description = "The table.") Path file,
      @Option(
              names = "--listen",
              paramLabel = "ADDRESS",
              description = "Our own address, one of each family. Without it: loopback.")
          @Nullable List<String> listen) {
    Import.Source source = read(file);
    return source == null ? Main.FAILED : print(importing(listen).opensips(source));
  }

  @Command(
      name = "freeswitch",
      description = "From the distributor.conf.xml of FreeSWITCH's mod_distributor.")
  int freeswitch(
      @Parameters(paramLabel = "FILE", description = "The lists.") Path file,
      @Option(
              names = "--gateways",
              paramLabel = "FILE",
              description =
                  "XML with the gateways that the lists name: files of gateways, profiles.")
          @Nullable List<Path> gateways,
      @Option(
              names = "--listen",
              paramLabel = "ADDRESS",
              description = "Our own address, one of each family. Without it: loopback.")
          @Nullable List<String> listen) {
    List<Import.Source> known = new ArrayList<>();
    for (Path each : gateways == null ? List.<Path>of() : gateways) {
      Import.Source source = read(each);
      if (source == null) {
        return Main.FAILED;
      }
      known.add(source);
    }
    Import.Source source = read(file);
    return source == null ? Main.FAILED : print(importing(listen).freeswitch(source, known));
  }

  private Import importing(@Nullable List<String> listen) {
    try {
      return new Import(listen == null ? List.of() : listen);
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
  }

  private ParameterException wrong(IllegalArgumentException e) {
    return new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
  }

  private Import.@Nullable Source read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length <= LARGEST) {
        return new Import.Source(file.toString(), bytes);
      }
      spec.commandLine().getErr().println("fairlead: " + file + " is larger than 16 MiB");
    } catch (NoSuchFileException _) {
      spec.commandLine().getErr().println("fairlead: there is no file " + file);
    } catch (IOException e) {
      spec.commandLine().getErr().println("fairlead: " + file + " cannot be read: " + e);
    }
    return null;
  }

  private int print(Import.Result result) {
    result.errors().forEach(error -> spec.commandLine().getErr().println("error: " + error));
    spec.commandLine().getOut().print(result.yaml());
    spec.commandLine().getOut().flush();
    return result.errors().isEmpty() ? Main.OK : Main.FAILED;
  }
}
