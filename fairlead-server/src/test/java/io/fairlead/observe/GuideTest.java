// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GuideTest {
  private static final Path GUIDE = Path.of("../docs/guide");

  /** To write the page anew: {@code mvn test -Dtest=GuideTest -Dfairlead.docs=write}. */
  @Test
  void theMetricsPageIsTheListOfMeters() throws IOException {
    Path page = GUIDE.resolve("metrics.md");
    if ("write".equals(System.getProperty("fairlead.docs"))) {
      Files.writeString(page, MetricsPage.markdown());
    }
    assertThat(Files.readString(page)).isEqualTo(MetricsPage.markdown());
  }

  @Test
  void theLogPageListsEveryFlagWithItsMeaning() throws IOException {
    String page = Files.readString(GUIDE.resolve("log.md"));
    for (Cause cause : Cause.values()) {
      String status = cause.status() == 0 ? "" : String.valueOf(cause.status());
      assertThat(page).contains("| `%s` | %s | %s |".formatted(cause.flag(), status, cause.doc()));
    }
  }

  @Test
  void theLogPageSaysWhatShowsEachFault() throws IOException {
    String page = Files.readString(GUIDE.resolve("log.md"));
    for (Blame blame : Blame.FAULTS) {
      assertThat(page).contains("`" + blame.evidence() + "`").contains(blame.doc());
    }
  }

  @Test
  void theLogPageExplainsEveryFieldInOrder() throws IOException {
    String page = Files.readString(GUIDE.resolve("log.md"));
    int at = 0;
    for (String field : JournalTest.FIELDS) {
      int found = page.indexOf("| `" + field + "` |", at);
      assertThat(found).as(field).isPositive();
      at = found;
    }
  }
}
