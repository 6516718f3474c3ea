// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.cli.imports.Import;
import io.fairlead.config.ConfigError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of other programs: how they are imported, a rule, the file, further files, and what comes
 * of it. Every configuration made is one that is accepted.
 */
class ImportGoldenTest {
  private static final Path FILES = Pages.file("fairlead-server/src/test/resources/import");
  private static final String RULE = "----------\n";
  private static final Pattern AT_RULE = Pattern.compile("^" + RULE, Pattern.MULTILINE);
  private static final Pattern SECRET = Pattern.compile("file:([a-z0-9.-]+)");

  @TempDir private Path folder;

  static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void makesOfItWhatStandsBelow(String name) throws IOException {
    Path golden = FILES.resolve(name);
    String text = Pages.read(golden);
    List<String> parts = Arrays.asList(AT_RULE.split(text, -1));
    String[] args = parts.getFirst().strip().split(" ");
    boolean more = parts.getFirst().contains("--gateways");
    String head = String.join(RULE, parts.subList(0, more ? 3 : 2)) + RULE;

    Import.Result result = run(args, parts);

    assertThat(result.errors().isEmpty()).isNotEqualTo(result.yaml().isEmpty());
    Pages.hold(golden, head + result.yaml() + lines(result.errors()));
    if (!result.yaml().isEmpty()) {
      accepted(result.yaml());
    }
  }

  private static String lines(List<String> errors) {
    return errors.isEmpty() ? "" : String.join("\n", errors) + "\n";
  }

  private static Import.Result run(String[] args, List<String> parts) {
    List<String> listen = new ArrayList<>();
    Integer algorithm = null;
    for (int i = 1; i < args.length; i++) {
      switch (args[i]) {
        case "--listen" -> listen.add(args[++i]);
        case "--algorithm" -> algorithm = Integer.valueOf(args[++i]);
        default -> assertThat(args[i]).isEqualTo("--gateways");
      }
    }
    Import made = new Import(listen);
    Import.Source file = source("some/file", parts.get(1));
    return switch (args[0]) {
      case "kamailio" -> made.kamailio(file, algorithm);
      case "opensips" -> made.opensips(file);
      default ->
          made.freeswitch(
              file, parts.size() > 3 ? List.of(source("gateways.xml", parts.get(2))) : List.of());
    };
  }

  private static Import.Source source(String name, String text) {
    return new Import.Source(name, text.getBytes(UTF_8));
  }

  private void accepted(String yaml) throws IOException {
    Matcher secrets = SECRET.matcher(yaml);
    while (secrets.find()) {
      Files.writeString(folder.resolve(secrets.group(1)), "ClueCon");
    }
    if (yaml.contains("self-signed.pem")) {
      assertThat(yaml).contains("fairlead certs self-signed");
      return;
    }
    Plan.Result result = Plan.read(Files.writeString(folder.resolve("farm.yaml"), yaml));
    assertThat(result.errors()).as(yaml).isEmpty();
    assertThat(result.warnings())
        .extracting(ConfigError::text)
        .as(yaml)
        .allMatch(warning -> warning.contains("no route leads to pool"));
  }

  @Test
  void neverPrintsAPassword() throws IOException {
    for (String name : files().toList()) {
      String text = Pages.read(FILES.resolve(name));
      String made = text.substring(text.lastIndexOf(RULE));
      assertThat(made)
          .as(name)
          .doesNotContain("ClueCon", "p@ss", "wor#d", "never-print-this", "-password@");
    }
  }

  @Test
  void hasCasesOfEachKindAlsoBrokenOnes() throws IOException {
    assertThat(files().toList())
        .hasSizeGreaterThan(25)
        .contains("kamailio-broken.golden", "opensips-broken.golden", "freeswitch-broken.golden");
  }
}
