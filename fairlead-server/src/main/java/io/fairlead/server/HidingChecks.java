// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.guard.hiding.HidingSettings;
import io.fairlead.pool.PoolSettings;
import io.fairlead.route.MediaMode;
import io.fairlead.route.RouteSettings;
import java.util.List;

/**
 * What topology hiding cannot do alone: media that goes past Fairlead shows where it comes from.
 *
 * <p>Owned by whoever reads the file.
 */
final class HidingChecks {
  private final FairleadSettings settings;
  private final SourcePositions marks;
  private final List<ConfigError> warnings;

  HidingChecks(PlanFindings plan) {
    settings = plan.sound().settings();
    marks = plan.marks();
    warnings = plan.warnings();
  }

  /** All of them. */
  void hiding() {
    HidingSettings hiding = settings.guard().topologyHiding();
    if (hiding == null) {
      return;
    }
    for (RouteSettings route : settings.routes()) {
      PoolSettings pool = settings.pools().get(String.valueOf(route.to()));
      if (pool != null && route.media().mode() == MediaMode.BYPASS) {
        warnings.add(
            marks.error(
                "guard.topology-hiding",
                "route `"
                    + route.name()
                    + "` lets media go past Fairlead: session descriptions still show addresses of"
                    + " the inside; `media: relay` or `media: auto` hides them"));
        return;
      }
    }
  }
}
