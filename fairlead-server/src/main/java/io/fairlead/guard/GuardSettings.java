// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.config.Setting;
import io.fairlead.guard.hiding.HidingSettings;
import io.fairlead.guard.trust.TrustSettings;
import io.fairlead.net.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The guard as configured. Immutable.
 *
 * @param allow networks that are never limited by source, scored or banned
 * @param deny networks whose messages are dropped
 * @param topologyHiding from whom the inside is hidden; null for nobody
 * @param trust what is believed of each side
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
            doc =
                "From whom the inside is hidden: the name of a side alone, or with more said of it."
                    + " What is hidden is sealed with `cluster.keys`, so every node puts it back.")
        @Nullable HidingSettings topologyHiding,
    @Setting(doc = "What is believed of each side, and what it may learn (RFC 3325, RFC 3323).")
        TrustSettings trust) {
  /** Copies the lists. */
  public GuardSettings {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }
}
