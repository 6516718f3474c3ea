// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.pool.health.HealthState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the pages about farms, conferences and trunks to what the program takes. */
class FarmGuideTest {
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("]\\(([a-z-]+\\.md)[)#]");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"freeswitch", "conferences", "trunks"})
  void theCompleteConfigurationIsAccepted(String page) throws IOException {
    List<String> examples =
        YAML.matcher(page(page)).results().map((MatchResult block) -> block.group(1)).toList();
    assertThat(examples).hasSize(1);
    Files.writeString(directory.resolve("esl.secret"), "not ClueCon\n");

    Plan.Result result =
        Plan.read(Files.writeString(directory.resolve("farm.yaml"), examples.getFirst()));

    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"freeswitch", "conferences", "trunks", "import"})
  void itsLinksLeadSomewhere(String page) {
    List<String> links =
        LINK.matcher(page(page)).results().map((MatchResult link) -> link.group(1)).toList();

    assertThat(links).allSatisfy(link -> assertThat(Pages.file("docs/guide/" + link)).exists());
  }

  @Test
  void everyStateIsExplained() {
    for (HealthState state : HealthState.values()) {
      assertThat(page("freeswitch")).contains("| `" + state + "` |");
    }
  }

  private static String page(String name) {
    return Pages.read(Pages.file("docs/guide/" + name + ".md"));
  }
}
