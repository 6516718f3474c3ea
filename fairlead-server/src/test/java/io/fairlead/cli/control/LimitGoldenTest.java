// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.admin.Json;
import io.fairlead.admin.JsonObject;
import io.fairlead.server.Pages;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an operator sees of limits: the JSON, a rule, the text. */
class LimitGoldenTest {
  private static final Path FILE =
      Pages.file("fairlead-server/src/test/resources/limits/limits.golden");
  private static final String RULE = "----------\n";

  @Test
  void showsThem() {
    String text = Pages.read(FILE);
    String json = text.substring(0, text.indexOf(RULE));
    JsonObject answer = Objects.requireNonNull(Json.read(json), "the JSON");
    Pages.hold(FILE, json + RULE + String.join("\n", LimitText.lines(answer, 80)) + "\n");
  }

  @Test
  void saysThatThereAreNone() {
    JsonObject none = Objects.requireNonNull(Json.read("{\"limits\":[]}"), "the JSON");
    assertThat(LimitText.lines(none, 80)).hasSize(1).first().asString().contains("no limits");
  }
}
