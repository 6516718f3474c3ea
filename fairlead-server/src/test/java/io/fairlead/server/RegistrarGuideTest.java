// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the pages about the three ways to register to what the program takes. */
class RegistrarGuideTest {
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern METER = Pattern.compile("`(fairlead_[a-z_]+)`");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"local", "forward", "mid"})
  void theCompleteConfigurationIsAccepted(String way) throws IOException {
    List<String> examples =
        YAML.matcher(page(way)).results().map((MatchResult block) -> block.group(1)).toList();
    assertThat(examples).hasSize(1);
    Files.writeString(directory.resolve("users.yaml"), "alice: secret\n");

    Plan.Result result =
        Plan.read(Files.writeString(directory.resolve("farm.yaml"), examples.getFirst()));

    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "forward", "mid"})
  void everyMeterItNamesExists(String way) {
    List<String> known = Stream.of(Meter.values()).map(Meter::text).toList();
    List<String> named =
        METER.matcher(page(way)).results().map((MatchResult name) -> name.group(1)).toList();

    assertThat(named).isNotEmpty().isSubsetOf(known);
  }

  private static String page(String way) {
    return Pages.read(Pages.file("docs/guide/registrar-" + way + ".md"));
  }
}
