// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.net.UdpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A media engine of somebody else as configured. Immutable.
 *
 * @param rtpengine where its ng protocol is spoken; null for none
 * @param rtpproxy where its control protocol is spoken; null for none
 * @param weight its share of new calls
 */
public record MediaEngineSettings(
    @Setting(doc = "Where an rtpengine listens for the ng protocol (its listen-ng).")
        @Nullable UdpAddress rtpengine,
    @Setting(doc = "Where an rtpproxy listens for commands (its -s).")
        @Nullable UdpAddress rtpproxy,
    @Setting(
            value = "1",
            doc =
                "Its share of new calls beside the other engines. 0 for none: the calls it has stay"
                    + " with it.")
        int weight) {
  private static final int HEAVIEST = 1000;

  /** Checks what the types do not. */
  public MediaEngineSettings {
    if ((rtpengine == null) == (rtpproxy == null)) {
      throw new IllegalArgumentException("an engine needs either rtpengine or rtpproxy");
    }
    if (weight < 0 || weight > HEAVIEST) {
      throw new SettingException("weight", "expected 0 to " + HEAVIEST);
    }
  }
}
