// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.server.Pages;
import org.junit.jupiter.api.Test;

/** Holds the pages about meters and the log to the lists in the code. */
class GuideTest {
  private static final String LOG = Pages.read(Pages.file("docs/guide/log.md"));

  @Test
  void theMetricsPageIsTheListOfMeters() {
    Pages.hold(Pages.file("docs/guide/metrics.md"), MetricsReferencePage.markdown());
  }

  @Test
  void theLogPageListsEveryFlagWithItsMeaning() {
    for (RefusalCause cause : RefusalCause.values()) {
      String status = cause.status() == 0 ? "" : String.valueOf(cause.status());
      assertThat(LOG).contains("| `%s` | %s | %s |".formatted(cause.flag(), status, cause.doc()));
    }
  }

  @Test
  void theLogPageSaysWhatShowsEachFault() {
    for (FailureBlame blame : FailureBlame.FAULTS) {
      assertThat(LOG).contains("`" + blame.evidence() + "`").contains(blame.doc());
    }
  }

  @Test
  void theLogPageExplainsEveryFieldInOrder() {
    int at = 0;
    for (String field : CallLogTest.FIELDS) {
      int found = LOG.indexOf("| `" + field + "` |", at);
      assertThat(found).as(field).isPositive();
      at = found;
    }
  }
}
