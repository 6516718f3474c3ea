// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.pool.health.HealthState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what people read to what the program takes and has. */
class GuidePagesTest {
  private static final Pattern METER = Pattern.compile("`(fairlead_[a-z_]+)`");
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]+)");

  @TempDir Path directory;

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(Pages.file("docs"))) {
      List<Path> found = docs.filter(file -> file.toString().endsWith(".md")).sorted().toList();
      return Stream.concat(
          found.stream(),
          Stream.of("README.md", "CONTRIBUTING.md", "bench/README.md").map(Pages::file));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "freeswitch",
        "conferences",
        "trunks",
        "networks",
        "trusted-networks",
        "registrar-local",
        "registrar-forward",
        "registrar-mid",
        "stir-shaken",
        "overload"
      })
  void theCompleteConfigurationIsAccepted(String page) {
    GuidePage.accepted(directory, new GuidePage(page).example());
  }

  @Test
  void everyConfigurationOfBansIsAccepted() {
    assertThat(new GuidePage("bans").examples())
        .allSatisfy(example ->
            GuidePage.accepted(
                directory, example.replaceAll("/(var/lib|etc)/fairlead", directory.toString())));
  }

  /** They have no routes, which the program remarks. */
  @Test
  void everyConfigurationOfTheGuardIsAccepted() {
    assertThat(new GuidePage("guard").examples())
        .allSatisfy(example -> assertThat(GuidePage.read(directory, example).errors()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"media", "secure-media"})
  void everyConfigurationOfMediaIsAccepted(String page) {
    assertEveryExampleIsAccepted(page);
  }

  @Test
  void everyConfigurationOfHidingIsAccepted() {
    assertEveryExampleIsAccepted("hiding");
  }

  private void assertEveryExampleIsAccepted(String page) {
    assertThat(new GuidePage(page).examples())
        .allSatisfy(example -> GuidePage.accepted(directory, example));
  }

  @Test
  void everyConfigurationOfLimitsIsAccepted() {
    assertThat(new GuidePage("limits").examples())
        .allSatisfy(example -> GuidePage.accepted(directory, example));
  }

  @Test
  void theTenLinesOfTheReadmeAreAccepted() {
    String readme = Pages.read(Pages.file("README.md"));
    String ten = readme.substring(readme.indexOf("```yaml\n") + 8);

    GuidePage.accepted(directory, ten.substring(0, ten.indexOf("```")));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyMeterAPageNamesExists(Path page) {
    List<String> known = Stream.of(Meter.values()).map(Meter::text).toList();

    assertThat(found(METER, page)).isSubsetOf(known);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsSomewhere(Path page) {
    assertThat(found(LINK, page))
        .allSatisfy(link -> assertThat(page.resolveSibling(link)).exists());
  }

  private static List<String> found(Pattern pattern, Path page) {
    return pattern
        .matcher(Pages.read(page))
        .results()
        .map((MatchResult one) -> one.group(1))
        .distinct()
        .toList();
  }

  @Test
  void everyStateIsExplained() {
    for (HealthState state : HealthState.values()) {
      assertThat(new GuidePage("freeswitch").text()).contains("| `" + state + "` |");
    }
  }
}
