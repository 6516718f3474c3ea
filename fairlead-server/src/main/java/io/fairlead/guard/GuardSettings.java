// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.config.Setting;
import io.fairlead.guard.identity.StirShakenSettings;
import io.fairlead.guard.overload.OverloadSettings;
import io.fairlead.net.Cidr;
import java.util.List;

/**
 * The guard as configured. Immutable.
 *
 * @param allow networks that are never limited by source, scored or banned
 * @param deny networks whose messages are dropped
 * @param stirShaken who calls, proven
 * @param overload what happens when there are too many calls
 */
public record GuardSettings(
    @Setting(
            doc =
                "Networks that are trusted to speak as often as they like: never counted as a"
                    + " flood, never scored, never banned. Trunks and monitoring belong here.")
        List<Cidr> allow,
    @Setting(doc = "Networks that are not heard: what comes from there is dropped unread.")
        List<Cidr> deny,
    @Setting(doc = "Verifies who calls, and signs calls that leave (STIR/SHAKEN).")
        StirShakenSettings stirShaken,
    @Setting(doc = "What happens when there are more calls than can be handled.")
        OverloadSettings overload) {
  /** Copies the lists. */
  public GuardSettings {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }
}
