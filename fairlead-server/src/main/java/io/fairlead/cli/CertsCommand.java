// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.server.Plan;
import io.fairlead.transport.ListenerSettings;
import io.fairlead.transport.tls.BadCertificateException;
import io.fairlead.transport.tls.CertificateMaker;
import io.fairlead.transport.tls.CertificateSettings;
import io.fairlead.transport.tls.TlsIdentity;
import io.fairlead.transport.tls.TlsSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code fairlead certs}: lists certificates, makes one for a first try. Owned by the main thread.
 */
@Command(
    name = "certs",
    description = "List the certificates a configuration names.",
    subcommands = CertsCommand.SelfSigned.class)
final class CertsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The configuration.")
  private Path file;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
  CertsCommand() {}

  @Override
  public Integer call() {
    if (file == null) {
      throw new ParameterException(spec.commandLine(), "Which configuration file?");
    }
    Plan plan = ConfigLoader.read(file, spec.commandLine().getErr());
    if (plan == null) {
      return Main.FAILED;
    }
    TextTable table = new TextTable("CERTIFICATE", "NAMES", "EXPIRES", "DAYS LEFT");
    for (ListenerSettings listener : plan.settings().listeners()) {
      TlsSettings tls = listener.tls();
      for (CertificateSettings each :
          tls == null ? List.<CertificateSettings>of() : tls.certificates()) {
        row(table, each);
      }
    }
    table.lines().forEach(spec.commandLine().getOut()::println);
    return Main.OK;
  }

  private static void row(TextTable table, CertificateSettings pair) {
    try {
      TlsIdentity identity = TlsIdentity.read(pair);
      long days = Duration.between(Instant.now(), identity.expires()).toDays();
      table.row(
          pair.cert().toString(),
          String.join(" ", identity.names()),
          identity.expires().toString(),
          Long.toString(days));
    } catch (BadCertificateException e) {
      table.row(pair.cert().toString(), String.valueOf(e.getMessage()), "", "");
    }
  }

  /** {@code fairlead certs self-signed}. Owned by the main thread. */
  @Command(
      name = "self-signed",
      description = "Make a certificate and key for a first try. No phone trusts it by itself.")
  static final class SelfSigned implements Callable<Integer> {
    private static final int DAYS = 365;

    @Spec private CommandSpec spec;

    @Option(
        names = "--name",
        arity = "1..*",
        defaultValue = "localhost",
        paramLabel = "HOST",
        description = "For whom it speaks: domains and addresses. Without it: localhost.")
    private List<String> names;

    @Option(
        names = "--out",
        defaultValue = ".",
        paramLabel = "DIR",
        description = "Where to put self-signed.pem and self-signed.key. Without it: here.")
    private Path out;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls run
    SelfSigned() {}

    @Override
    public Integer call() {
      PrintWriter err = spec.commandLine().getErr();
      CertificateMaker maker = new CertificateMaker(names.getFirst());
      names.forEach(maker::name);
      maker.valid(
          Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofDays(DAYS)));
      CertificateMaker.Pair pair = maker.make();
      Path cert = out.resolve("self-signed.pem");
      Path key = out.resolve("self-signed.key");
      try {
        Files.createDirectories(out);
        write(key, pair.keyPem(), "rw-------");
        write(cert, pair.certificatePem(), "rw-r--r--");
      } catch (FileAlreadyExistsException e) {
        err.println("fairlead: " + e.getFile() + " is there already, nothing was changed");
        return Main.FAILED;
      } catch (IOException e) {
        err.println("fairlead: cannot write the files: " + e);
        return Main.FAILED;
      }
      PrintWriter print = spec.commandLine().getOut();
      print.println("tls: { certificates: [ { cert: " + cert + ", key: " + key + " } ] }");
      err.println("NOT FOR PRODUCTION: nobody vouches for this certificate. Phones and browsers");
      err.println("refuse it unless told to trust it; whoever is told to trust anything can be");
      err.println("deceived. Get one from an authority before real users come.");
      return Main.OK;
    }

    private static void write(Path file, String text, String mode) throws IOException {
      // With its mode from the beginning: a key must not be readable for a moment either.
      Files.newByteChannel(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))
          .close();
      Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
