// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;

/**
 * The reference page of the meters, {@code docs/guide/metrics.md}, made from {@link Meter}.
 * Immutable.
 */
final class MetricsReferencePage {
  private static final String HEAD =
      """
      # Metrics

      <!-- Made from Meter.java by GuideTest; change the text there. -->

      `metrics: { listen: 127.0.0.1:9090 }` in the configuration opens the page
      `http://127.0.0.1:9090/metrics` for Prometheus. Without it there is none. The page asks for no password:
      keep it on loopback or an inside network.

      Names are `fairlead_<room>_<what>_<unit>`. Durations are in seconds, ratios from 0 to 1. Counters begin at 0
      when Fairlead starts and go on over a reload.

      | Name | Kind | Labels | Meaning |
      |---|---|---|---|
      """;

  private MetricsReferencePage() {}

  static String markdown() {
    StringBuilder page = new StringBuilder(HEAD);
    Arrays.stream(Meter.values())
        .sorted(Comparator.comparing(Meter::text))
        .forEach(meter -> page.append(row(meter)));
    return page.toString();
  }

  private static String row(Meter meter) {
    String kind = meter.kind().name().toLowerCase(Locale.ROOT);
    String labels = meter.labels().isEmpty() ? "" : "`" + String.join("`, `", meter.labels()) + "`";
    return "| `%s` | %s | %s | %s |%n"
        .formatted(meter.text(), kind, labels, meter.help().replace("|", "\\|"))
        .replace(System.lineSeparator(), "\n");
  }
}
