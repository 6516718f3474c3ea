// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.config.Setting;
import io.fairlead.guard.ban.BanSettings;
import io.fairlead.net.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The guard as configured. Immutable.
 *
 * @param allow networks that are never limited by source, scored or banned
 * @param deny networks whose messages are dropped
 * @param bans who is banned; null for nobody
 */
public record GuardSettings(
    @Setting(
            doc =
                "Networks that are trusted to speak as often as they like: never counted as a"
                    + " flood, never scored, never banned. Trunks and monitoring belong here.")
        List<Cidr> allow,
    @Setting(doc = "Networks that are not heard: what comes from there is dropped unread.")
        List<Cidr> deny,
    @Setting(
            off = true,
            doc =
                "Sources that do wrong are banned, for a time that grows. off: nobody is, by"
                    + " points or by blocklists.")
        @Nullable BanSettings bans) {
  /** Copies the lists. */
  public GuardSettings {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }
}
