// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.config.Percent;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * When a backend is set aside because of what became of calls to it; names as in Envoy. Immutable.
 */
public record OutlierSettings(
    @Setting(
            doc =
                "How many calls in a row answered 500, 502 or 504 eject a backend. Other statuses"
                    + " are an outcome: 503 means full and is handled as such, 501, 505 and 513 are"
                    + " the request's fault, 4xx and 6xx are the user's.",
            value = "5")
        int consecutive5xx,
    @Setting(
            doc = "How many calls in a row that got no answer within try-timeout eject a backend.",
            value = "3")
        int consecutiveLocalOriginFailure,
    @Setting(
            doc = "How long the first ejection lasts; the n-th lasts n times as long.",
            value = "30s")
        Duration baseEjectionTime,
    @Setting(doc = "The longest ejection.", value = "300s") Duration maxEjectionTime,
    @Setting(
            doc =
                "At most this share of the pool's backends is ejected at a time, but one always may"
                    + " be. Farms are small, so this is far above Envoy's 10%.",
            value = "50%")
        Percent maxEjectionPercent) {
  public OutlierSettings {
    if (consecutive5xx < 1) {
      throw new SettingException("consecutive-5xx", "expected 1 or more");
    }
    if (consecutiveLocalOriginFailure < 1) {
      throw new SettingException("consecutive-local-origin-failure", "expected 1 or more");
    }
    if (!baseEjectionTime.isPositive()) {
      throw new SettingException("base-ejection-time", "expected more than zero");
    }
    if (maxEjectionTime.compareTo(baseEjectionTime) < 0) {
      throw new SettingException(
          "max-ejection-time", "must not be shorter than base-ejection-time");
    }
  }
}
