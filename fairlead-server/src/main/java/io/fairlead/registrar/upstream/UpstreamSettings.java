// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How the registrars behind us are used. Immutable.
 *
 * @param expires what is asked of them in mode mid
 * @param margin how long a registration must still hold there for a renewal to stay here
 * @param throttle what one registration stands for
 * @param replayRate registrations made again per second
 * @param direct whether calls go straight to the devices when their backend takes none
 */
public record UpstreamSettings(
    @Setting(
            value = "1h",
            doc =
                "For mid: how long a registration is asked to hold behind us. A device that renews"
                    + " every five minutes is then passed on about once in eleven times.")
        Duration expires,
    @Setting(
            value = "1m",
            doc =
                "For mid: a renewal goes upstream when the registration there would end less than"
                    + " this after the time the device is granted: enough for a challenge, and for"
                    + " a retransmission or two.")
        Duration margin,
    @Setting(
            value = "contact",
            doc =
                "For mid: contact makes one registration behind us for each device. aor makes one"
                    + " for all devices of a user, with a Contact of our own: calls to it come back"
                    + " to Fairlead and go to all of them.")
        Throttle throttle,
    @Setting(
            value = "200",
            doc =
                "When a backend comes back, the registrations it had are made there again, this"
                    + " many in a second and backend: a FreeSWITCH that writes each into its"
                    + " database keeps room for calls and for devices that come themselves.")
        int replayRate,
    @Setting(
            value = "true",
            doc =
                "While the backend that has a user takes no calls, or when it fails to take one,"
                    + " to-location sends the call straight to the user's devices, so that they"
                    + " stay reachable. With false the backend is asked as long as it lives; while"
                    + " it is down the call is answered 480.")
        boolean direct) {
  public UpstreamSettings {
    if (expires.toSeconds() < 60 || expires.toDays() > 7) {
      throw new SettingException("expires", "expected 1m to 7d");
    }
    if (margin.isNegative() || margin.compareTo(expires) >= 0) {
      throw new SettingException("margin", "expected less than expires");
    }
    if (replayRate < 1 || replayRate > 100_000) {
      throw new SettingException("replay-rate", "expected 1 to 100000, not " + replayRate);
    }
  }
}
