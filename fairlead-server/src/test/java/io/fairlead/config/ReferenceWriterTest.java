// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReferenceWriterTest {
  @Test
  void isThePageThatIsExpected() throws IOException {
    String expected = Files.readString(Path.of("src/test/resources/config/reference.md"));

    assertThat(ReferenceWriter.of(SampleSettings.class))
        .isEqualTo(expected)
        .isEqualTo(ReferenceWriter.of(SampleSettings.class));
  }

  @Test
  void linksOnlyToHeadingsItHas() {
    String page = ReferenceWriter.of(SampleSettings.class);
    Set<String> links = found(page, "\\(#([^)]*)\\)");
    Set<String> anchors = new HashSet<>();
    for (String heading : found(page, "(?m)^## `([^`]*)`")) {
      anchors.add(heading.replaceAll("[^a-z0-9-]", ""));
    }

    assertThat(links).isNotEmpty().isSubsetOf(anchors);
  }

  private static Set<String> found(String text, String regex) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map((MatchResult result) -> result.group(1))
        .collect(Collectors.toSet());
  }
}
