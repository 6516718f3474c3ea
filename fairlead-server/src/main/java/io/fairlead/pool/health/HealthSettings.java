// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.config.ChosenPlugin;
import io.fairlead.config.Durations;
import io.fairlead.config.Percent;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/** Active checks of a pool's backends. Immutable. */
public record HealthSettings(
    @Setting(doc = "How a backend is asked.", value = "OPTIONS", kinds = HealthChecks.class)
        ChosenPlugin<?, CheckTools, HealthCheck> method,
    @Setting(doc = "How often a healthy backend is asked.", value = "5s") Duration interval,
    @Setting(doc = "How long its answer may take; less than each of the intervals.", value = "1s")
        Duration timeout,
    @Setting(
            doc =
                "Each interval is longer or shorter by up to this share, by chance, so that checks"
                    + " spread.",
            value = "10%")
        Percent jitter,
    @Setting(
            doc = "How many checks in a row must succeed before a backend that was down is used.",
            value = "2")
        int healthyThreshold,
    @Setting(
            doc =
                "How many checks in a row must stay unanswered before a backend is down. Refused,"
                    + " reset and unreachable count at once.",
            value = "3")
        int unhealthyThreshold,
    @Setting(
            doc = "How often a backend is asked whose last check failed, or that is down.",
            value = "2s")
        Duration unhealthyInterval,
    @Setting(
            doc =
                "How soon a backend that answered a check with 503 is asked again, and how long one"
                    + " that is charged with having no room for calls gets none; doubled each time"
                    + " that follows such a rest, up to retry-after-max.",
            value = "2s")
        Duration saturatedInterval) {
  public HealthSettings {
    positive("interval", interval);
    positive("timeout", timeout);
    positive("unhealthy-interval", unhealthyInterval);
    positive("saturated-interval", saturatedInterval);
    shorter(timeout, "interval", interval);
    shorter(timeout, "unhealthy-interval", unhealthyInterval);
    shorter(timeout, "saturated-interval", saturatedInterval);
    if (healthyThreshold < 1) {
      throw new SettingException("healthy-threshold", "expected 1 or more");
    }
    if (unhealthyThreshold < 1) {
      throw new SettingException("unhealthy-threshold", "expected 1 or more");
    }
  }

  private static void positive(String key, Duration duration) {
    if (!duration.isPositive()) {
      throw new SettingException(key, "expected more than zero");
    }
  }

  private static void shorter(Duration timeout, String key, Duration interval) {
    if (timeout.compareTo(interval) >= 0) {
      throw new SettingException(
          "timeout",
          "expected less than `"
              + key
              + "`, which is "
              + Durations.text(interval)
              + ", or checks would overlap");
    }
  }
}
