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
                "How many calls in a row that failed with 500, 502, 503 or 504 eject a backend,"
                    + " when another one did better with each, or when they went to different"
                    + " destinations and the others do not fail like that. What fails at every"
                    + " backend is the call's fault and never counts. A 503 without a Reason header"
                    + " means full, and is believed at once when another has taken the call.",
            value = "5")
        int consecutive5xx,
    @Setting(
            doc =
                "Failures that no other backend was asked about eject only when such a run would"
                    + " come about by chance less often than this, if the backend failed as often"
                    + " as the others do.",
            value = "0.000001")
        double chance,
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
    if (!(chance > 0 && chance < 1)) {
      throw new SettingException("chance", "expected more than 0 and less than 1");
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
