// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.admin.Json;
import io.fairlead.admin.JsonObject;
import io.fairlead.cli.Terminal;
import io.fairlead.server.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator sees of a status: the JSON, a rule, the text, a rule, the live view. */
class StatusGoldenTest {
  private static final Path FILES = Pages.file("fairlead-server/src/test/resources/status");
  private static final String RULE = "----------\n";

  static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void showsIt(String name) {
    Path golden = FILES.resolve(name);
    String text = Pages.read(golden);
    String json = text.substring(0, text.indexOf(RULE));
    JsonObject status = Objects.requireNonNull(Json.read(json), "the JSON");
    List<String> plain = new StatusText(80, false).lines(status);
    List<String> live = new TopScreen(new Terminal.Size(24, 80), false).lines(status, "");
    List<String> small = new TopScreen(new Terminal.Size(8, 50), false).lines(status, "it is gone");

    assertThat(live).hasSize(24).allMatch(line -> line.length() < 80);
    assertThat(small).hasSize(8).allMatch(line -> line.length() < 50);
    Pages.hold(golden, json + RULE + text(plain) + RULE + text(live) + RULE + text(small));
  }

  @ParameterizedTest
  @MethodSource("files")
  void coloursChangeNoLetter(String name) {
    String text = Pages.read(FILES.resolve(name));
    JsonObject status =
        Objects.requireNonNull(Json.read(text.substring(0, text.indexOf(RULE))), "the JSON");
    String coloured = text(new StatusText(80, true).lines(status));

    assertThat(coloured).contains("\033[32mhealthy\033[0m");
    assertThat(coloured.replaceAll("\033\\[[0-9]*m", ""))
        .isEqualTo(text(new StatusText(80, false).lines(status)));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
