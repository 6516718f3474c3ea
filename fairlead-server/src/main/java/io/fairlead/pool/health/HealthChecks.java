// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.config.Choice;
import io.fairlead.config.Kind;
import io.fairlead.config.NoSettings;
import java.util.List;

/** All health checks there are. Immutable. */
public final class HealthChecks {
  private static final List<Kind<?, CheckTools, HealthCheck>> ALL =
      List.of(OptionsCheck.KIND, GwlistCheck.KIND);

  private HealthChecks() {}

  /** The list, in the order of the reference page. */
  public static List<Kind<?, CheckTools, HealthCheck>> kinds() {
    return ALL;
  }

  /** The check used when none is named. */
  public static Choice<NoSettings, CheckTools, HealthCheck> options() {
    return new Choice<>(OptionsCheck.KIND, new NoSettings());
  }
}
