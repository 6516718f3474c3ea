// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.config.Percent;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How long bindings hold. Immutable.
 *
 * @param min the shortest that is accepted
 * @param usual what a REGISTER that asks for nothing gets
 * @param max the longest that is granted
 * @param spread by how much less is granted at random
 */
public record ExpiresSettings(
    @Setting(
            value = "60s",
            doc =
                "A device that asks for less is answered 423 with this as Min-Expires: more"
                    + " frequent renewals would be load without use.")
        Duration min,
    @Setting(
            key = "default",
            value = "5m",
            doc = "Granted when a device asks for nothing: soon enough to notice that it is gone.")
        Duration usual,
    @Setting(
            value = "1h",
            doc = "A device that asks for more gets this: a binding nobody renews ends by then.")
        Duration max,
    @Setting(
            value = "10%",
            doc =
                "Up to this share less is granted, at random, so that devices that came back"
                    + " together after an outage do not renew together for ever.")
        Percent spread) {
  public ExpiresSettings {
    if (min.toSeconds() < 1) {
      throw new SettingException("min", "expected 1s or more");
    }
    if (usual.compareTo(min) < 0 || usual.compareTo(max) > 0) {
      throw new SettingException("default", "expected no less than min and no more than max");
    }
  }
}
