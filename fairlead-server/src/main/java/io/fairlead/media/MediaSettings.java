// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.media.engine.EngineSettings;
import io.fairlead.media.ng.NgSettings;
import io.fairlead.media.profile.MediaProfiles;
import io.fairlead.media.profile.SideProfile;
import io.fairlead.media.relay.RelaySettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The media of calls as configured. Immutable.
 *
 * @param relay our own relay; null for none
 * @param engines those of others, by name
 * @param profiles how each side of a call is secured, by name and network
 * @param ng where our relay is spoken to as an rtpengine is; null for nowhere
 * @param answerTimeout how long an engine may take
 * @param reanchor what becomes of calls whose engine is lost
 */
public record MediaSettings(
    @Setting(
            doc =
                "Our own relay: media of calls whose route says so goes through this process, or"
                    + " through the kernel on its behalf.")
        @Nullable RelaySettings relay,
    @Setting(
            doc =
                "Media engines of others, by name. Where there are some, calls go to them and not"
                    + " to the relay; a call stays with its engine for life.")
        Map<String, EngineSettings> engines,
    @Setting(
            doc =
                "How each side of a call wants its media, by name and then by the network it is on:"
                    + " `secure: { outside: phone-sdes, inside: plain }`. `*` is every network that"
                    + " is not named; without it these are plain. A route's `media` names one.")
        Map<String, Map<String, SideProfile>> profiles,
    @Setting(
            doc =
                "Where the relay answers the ng protocol of rtpengine, so that Kamailio or another"
                    + " Fairlead can use it.")
        @Nullable NgSettings ng,
    @Setting(
            value = "5s",
            doc =
                "How long a message of a call waits for the engines before it goes on without them,"
                    + " or is refused where there would be no way for its media. Two engines that"
                    + " do not answer take 4 s with their own timeouts as they are.")
        Duration answerTimeout,
    @Setting(doc = "How calls whose engine is lost come to another one.")
        ReanchorSettings reanchor) {
  // What `media` of a route says without a profile.
  private static final Set<String> MODES = Set.of("bypass", "relay", "auto");

  /** Checks what the types do not. */
  public MediaSettings {
    engines = Map.copyOf(engines);
    profiles = Map.copyOf(profiles);
    for (String name : profiles.keySet()) {
      if (MODES.contains(name) || !name.matches("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}")) {
        throw new SettingException(
            "profiles", "`" + name + "` cannot be a name: letters, digits, - and _, and no mode");
      }
    }
    if (profiles.size() > MediaProfiles.most()) {
      throw new SettingException(
          "profiles", "expected " + MediaProfiles.most() + " at most, not " + profiles.size());
    }
    if (ng != null && relay == null) {
      throw new SettingException("ng", "there is no relay to speak to: it needs `media.relay`");
    }
    if (relay != null && relay.address().isEmpty()) {
      throw new SettingException(
          "relay",
          "the relay needs an address of this host: `address: 192.0.2.1`, or one by network");
    }
    if (!answerTimeout.isPositive()) {
      throw new SettingException("answer-timeout", "must be longer than 0s");
    }
  }

  /** What becomes of a call whose media has stopped. */
  public OnSilence onSilence() {
    return relay == null ? OnSilence.BYE : relay.onSilence();
  }

  /** Whether there is anything that could relay. */
  public boolean relays() {
    return relay != null || !engines.isEmpty();
  }
}
