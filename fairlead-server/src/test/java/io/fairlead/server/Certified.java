// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.transport.tls.CertificateSettings;
import io.fairlead.transport.tls.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Gives listeners of a configuration that need a certificate one, made once for all tests. */
final class Certified {
  private static final Pattern SHORT =
      Pattern.compile("(?m)^(\\s*- )'?((?:tls|wss)://[^\\s']+)'?$");
  private static final Pattern LONG =
      Pattern.compile("(?m)^(\\s*- \\{ .*bind: *[\"']?(?:tls|wss)://(?:(?!tls:).)*) \\}$");
  private static final CertificateSettings MADE = made();
  private static final String TLS =
      "tls: { certificates: [ { cert: " + MADE.cert() + ", key: " + MADE.key() + " } ] }";

  private Certified() {}

  static String yaml(String yaml) {
    String inFull = SHORT.matcher(yaml).replaceAll("$1{ bind: '$2' }");
    return LONG.matcher(inFull).replaceAll("$1, " + TLS + " }");
  }

  /** The file of a certificate. */
  static Path certificate() {
    return MADE.cert();
  }

  /** The file of its key. */
  static Path key() {
    return MADE.key();
  }

  private static CertificateSettings made() {
    try {
      Path folder = Files.createTempDirectory("fairlead-certificate");
      CertificateSettings made = new TestCertificates(folder).of("scenario", "example.com");
      folder.toFile().deleteOnExit();
      try (var files = Files.list(folder)) {
        files.forEach(file -> file.toFile().deleteOnExit());
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
