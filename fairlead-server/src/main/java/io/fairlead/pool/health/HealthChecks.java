// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.config.ChosenPlugin;
import io.fairlead.config.NoSettings;
import io.fairlead.config.Plugin;
import java.util.List;

/** All health checks there are. Immutable. */
public final class HealthChecks {
  private static final List<Plugin<?, CheckTools, HealthCheck>> ALL =
      List.of(OptionsCheck.KIND, GwlistCheck.KIND);

  private HealthChecks() {}

  /** The list, in the order of the reference page. */
  public static List<Plugin<?, CheckTools, HealthCheck>> kinds() {
    return ALL;
  }

  /** The check used when none is named. */
  public static ChosenPlugin<NoSettings, CheckTools, HealthCheck> options() {
    return new ChosenPlugin<>(OptionsCheck.KIND, new NoSettings());
  }
}
