// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.net.UdpAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The media of calls as configured. Immutable.
 *
 * @param relay our own relay; null for none
 * @param engines those of others, by name
 * @param ng where our relay is spoken to as an rtpengine is; null for nowhere
 * @param answerTimeout how long an engine may take
 */
public record MediaSettings(
    @Setting(
            doc =
                "Our own relay: media of calls whose route says so goes through this process, or"
                    + " through the kernel on its behalf.")
        @Nullable MediaRelaySettings relay,
    @Setting(
            doc =
                "Media engines of others, by name. Where there are some, calls go to them and not"
                    + " to the relay; a call stays with its engine for life.")
        Map<String, MediaEngineSettings> engines,
    @Setting(
            doc =
                "Where the relay answers the ng protocol of rtpengine, so that Kamailio or another"
                    + " Fairlead can use it. Whoever reaches this address commands the relay: an"
                    + " address that only those reach.")
        @Nullable UdpAddress ng,
    @Setting(
            value = "1s",
            doc =
                "How long an engine may take to answer before a message of a call goes on without"
                    + " it. They answer within milliseconds; a second is three of our repeats, and"
                    + " little beside the time that a phone takes to ring.")
        Duration answerTimeout) {
  /** Checks what the types do not. */
  public MediaSettings {
    engines = Map.copyOf(engines);
    if (ng != null && relay == null) {
      throw new SettingException("ng", "there is no relay to speak to: it needs `media.relay`");
    }
    if (ng != null && ng.at().address() == null) {
      throw new SettingException("ng", "expected an IP address of this host, not a name");
    }
    if (!answerTimeout.isPositive()) {
      throw new SettingException("answer-timeout", "must be longer than 0s");
    }
  }

  /** Whether there is anything that could relay. */
  public boolean relays() {
    return relay != null || !engines.isEmpty();
  }
}
