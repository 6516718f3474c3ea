// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.tls.CertificateMaker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A page for operators, and what tests want of it. Immutable.
 *
 * @param name as of its file in {@code docs/guide}, without the ending
 */
record GuidePage(String name) {
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  String text() {
    return Pages.read(Pages.file("docs/guide/" + name + ".md"));
  }

  /** Its pieces of configuration. */
  List<String> examples() {
    List<String> examples =
        YAML.matcher(text()).results().map((MatchResult block) -> block.group(1)).toList();
    assertThat(examples).as("configuration on %s", this).isNotEmpty();
    return examples;
  }

  /** Its complete configuration; it must have no other. */
  String example() {
    assertThat(examples()).hasSize(1);
    return examples().getFirst();
  }

  /** What the program says of a configuration beside the files that our pages name. */
  static Plan.Result read(Path directory, String yaml) {
    try {
      Files.writeString(directory.resolve("users.yaml"), "alice: secret\n");
      Files.writeString(directory.resolve("premium.txt"), "979\n");
      Files.writeString(directory.resolve("bad.txt"), "192.0.2.66\n");
      Files.writeString(directory.resolve("esl.secret"), "not ClueCon\n");
      CertificateMaker.Pair sti = new CertificateMaker("sti").make();
      Files.writeString(directory.resolve("sti-pa.pem"), sti.certificatePem());
      Files.writeString(directory.resolve("sti.key"), sti.keyPem());
      return Plan.read(Files.writeString(directory.resolve("farm.yaml"), yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless the program takes it without a word. */
  static void accepted(Path directory, String yaml) {
    Plan.Result result = read(directory, yaml);
    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).isEmpty();
  }
}
