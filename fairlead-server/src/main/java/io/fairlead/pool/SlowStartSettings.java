// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.Percent;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How a backend that comes back takes up calls: its weight times the larger of {@link
 * #minWeightPercent} and (time since / window)^(1 / aggression), as Envoy has it. Immutable.
 */
public record SlowStartSettings(
    @Setting(
            value = "60s",
            doc = "How long it takes until a backend that came back has its full share.",
            shortForm = true)
        Duration window,
    @Setting(
            value = "1",
            doc = "1 rises evenly; more rises steeply at first, less only towards the end.")
        double aggression,
    @Setting(value = "10%", doc = "What it has of its weight at once.") Percent minWeightPercent) {
  public SlowStartSettings {
    if (!window.isPositive()) {
      throw new SettingException("window", "expected more than zero");
    }
    if (!(aggression > 0 && aggression <= 100)) {
      throw new SettingException("aggression", "expected more than 0, not " + aggression);
    }
    if (minWeightPercent.value() < 1) {
      throw new SettingException("min-weight-percent", "expected 1 percent or more");
    }
  }
}
