// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.Json;
import io.fairlead.admin.JsonObject;
import io.fairlead.server.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator sees of bans: the JSON, a rule, the text. */
class BansGoldenTest {
  private static final Path FILES = Pages.file("fairlead-server/src/test/resources/bans");
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
    JsonObject answer = Objects.requireNonNull(Json.read(json), "the JSON");
    List<String> lines = answer.has("on") ? BansText.list(answer, 100) : BansText.why(answer);
    Pages.hold(golden, json + RULE + String.join("\n", lines) + "\n");
  }
}
