// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an operator reads about a file that is wrong as a whole: the file, a rule, the exact text.
 */
class PlanGoldenTest {
  private static final Path FILES = Pages.file("fairlead-server/src/test/resources/plan");
  private static final String RULE = "----------\n";

  @TempDir private Path folder;

  static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void saysWhatIsWrong(String name) throws IOException {
    Path golden = FILES.resolve(name);
    String text = Pages.read(golden);
    String yaml = text.substring(0, text.indexOf(RULE));

    Pages.hold(golden, yaml + RULE + outcome(read(yaml)));
  }

  @Test
  void hasACaseForEachCheck() throws IOException {
    assertThat(files().toList()).hasSizeGreaterThan(20).allMatch(name -> name.endsWith(".golden"));
  }

  @Test
  void givesNoPlanWithAnError() throws IOException {
    assertThat(read("listeners: udp://192.0.2.1\nroutes: [ { to: farm } ]\n").plan()).isNull();
  }

  private Plan.Result read(String yaml) throws IOException {
    return Plan.read(Files.writeString(folder.resolve("farm.yaml"), yaml));
  }

  private String outcome(Plan.Result result) {
    List<String> lines = new ArrayList<>();
    result.errors().forEach(error -> lines.add(error.text()));
    result.warnings().forEach(warning -> lines.add("warning: " + warning.text()));
    assertThat(lines).as("a case that shows nothing").isNotEmpty();
    return (String.join("\n", lines) + "\n").replace(folder + "/", "");
  }
}
