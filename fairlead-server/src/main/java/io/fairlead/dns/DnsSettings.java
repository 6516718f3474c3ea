// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How host names of next hops are looked up. Immutable.
 *
 * @param ttl how long an answer is used
 * @param negativeTtl how long a failure is used
 * @param cacheSize most names remembered
 * @param timeout longest wait for an answer
 * @param maxLookups most look-ups at a time
 */
public record DnsSettings(
    @Setting(
            value = "30s",
            doc =
                "How long the addresses of a name are used before they are looked up again. The"
                    + " system resolver does not tell the lifetime set in the DNS.")
        Duration ttl,
    @Setting(
            value = "5s",
            doc =
                "How long a failed look-up is remembered, so that a dead name costs one query, not"
                    + " one per request.")
        Duration negativeTtl,
    @Setting(value = "10000", doc = "The most names remembered; beyond that, some are forgotten.")
        int cacheSize,
    @Setting(
            value = "2s",
            doc =
                "The longest a request waits for a look-up. An answer that comes later is"
                    + " remembered for the next request.")
        Duration timeout,
    @Setting(
            value = "16",
            doc =
                "The most look-ups under way at a time, each in a thread of its own. While all are"
                    + " waiting, further new names fail at once.")
        int maxLookups) {
  /** What stands above. */
  public static final DnsSettings USUAL =
      new DnsSettings(
          Duration.ofSeconds(30), Duration.ofSeconds(5), 10_000, Duration.ofSeconds(2), 16);

  public DnsSettings {
    positive("ttl", ttl);
    positive("negative-ttl", negativeTtl);
    positive("timeout", timeout);
    if (cacheSize < 1 || cacheSize > 1_000_000) {
      throw new SettingException("cache-size", "the size of the cache must be 1 to 1000000");
    }
    if (maxLookups < 1 || maxLookups > 1000) {
      throw new SettingException("max-lookups", "the number of look-ups must be 1 to 1000");
    }
  }

  private static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new SettingException(key, "the duration must be above zero");
    }
  }
}
