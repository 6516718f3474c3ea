// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.JsonSchema;
import io.fairlead.config.Plugin;
import io.fairlead.config.ReferenceWriter;
import io.fairlead.pool.balance.Balancers;
import io.fairlead.pool.health.HealthChecks;
import org.junit.jupiter.api.Test;

/** The reference page and the schema in the guide are what the settings records say. */
class ReferencePageTest {
  private static final String PAGE = ReferenceWriter.of(FairleadSettings.class);

  @Test
  void thePageIsGenerated() {
    Pages.hold(Pages.file("docs/guide/reference.md"), PAGE);
  }

  @Test
  void theSchemaIsGenerated() {
    Pages.hold(
        Pages.file("docs/guide/fairlead.schema.json"),
        JsonSchema.of(FairleadSettings.class, "Fairlead configuration"));
  }

  @Test
  void thePageNamesEveryKindAndItsSettings() {
    for (Plugin<?, ?, ?> kind : Balancers.kinds()) {
      assertThat(PAGE).contains("| `" + kind.name() + "` |").contains(kind.doc());
    }
    for (Plugin<?, ?, ?> kind : HealthChecks.kinds()) {
      assertThat(PAGE).contains("| `" + kind.name() + "` |").contains(kind.doc());
    }
    assertThat(PAGE).contains("## `pools.*.balance.hash`").contains("| `bounded-load` |");
  }
}
