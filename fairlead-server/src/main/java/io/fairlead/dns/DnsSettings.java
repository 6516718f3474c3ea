// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import java.util.List;

/** How names of next hops and of backends are looked up. Immutable. */
public record DnsSettings(
    @Setting(
            doc =
                "The DNS servers to ask, in this order. Without any, those of /etc/resolv.conf,"
                    + " which is read again when it changes.")
        List<NameServer> servers,
    @Setting(value = "1s", doc = "How long a server has to answer before the next is asked.")
        Duration tryTimeout,
    @Setting(value = "2", doc = "How often the list of servers is gone through.") int tries,
    @Setting(
            value = "2s",
            doc =
                "The longest a request waits for a name that is not known yet. An answer that comes"
                    + " later is remembered for the next request.")
        Duration timeout,
    @Setting(
            value = "1s",
            doc = "An answer is used for at least so long, whatever lifetime the DNS gives it.")
        Duration minTtl,
    @Setting(
            value = "1h",
            doc = "An answer is used for so long at most, whatever lifetime the DNS gives it.")
        Duration maxTtl,
    @Setting(
            value = "30s",
            doc =
                "How long it is remembered at most that a name does not exist; the zone may say"
                    + " less.")
        Duration negativeTtl,
    @Setting(
            value = "5s",
            doc =
                "How long it is remembered that no server could answer, when nothing older is"
                    + " known.")
        Duration failureTtl,
    @Setting(
            value = "1d",
            doc =
                "How long after its lifetime an answer is still used while the DNS is down"
                    + " (RFC 8767). `0s` for never.")
        Duration stale,
    @Setting(
            value = "300ms",
            doc =
                "How long a request waits for the DNS when an answer whose lifetime has ended is"
                    + " at hand.")
        Duration staleWait,
    @Setting(
            value = "30s",
            doc =
                "How long an answer whose lifetime has ended is used before the DNS is asked"
                    + " again.")
        Duration staleTtl,
    @Setting(
            value = "ipv6",
            doc =
                "The addresses tried first when a name has both kinds; after that they alternate."
                    + " Those that no listener can send to are left out.")
        AddressFamily prefer,
    @Setting(value = "10000", doc = "The most answers remembered; beyond that, some are forgotten.")
        int cacheSize,
    @Setting(
            value = "256",
            doc =
                "The most questions under way at a time. While all are waiting, further new names"
                    + " fail at once.")
        int maxLookups) {
  /** What stands above. */
  public static final DnsSettings USUAL =
      new DnsSettings(
          List.of(),
          Duration.ofSeconds(1),
          2,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofDays(1),
          Duration.ofMillis(300),
          Duration.ofSeconds(30),
          AddressFamily.IPV6,
          10_000,
          256);

  public DnsSettings {
    servers = List.copyOf(servers);
    positive("try-timeout", tryTimeout);
    positive("timeout", timeout);
    positive("min-ttl", minTtl);
    positive("max-ttl", maxTtl);
    positive("negative-ttl", negativeTtl);
    positive("failure-ttl", failureTtl);
    positive("stale-wait", staleWait);
    positive("stale-ttl", staleTtl);
    if (stale.isNegative()) {
      throw new SettingException("stale", "must not be negative");
    }
    if (maxTtl.compareTo(minTtl) < 0) {
      throw new SettingException("max-ttl", "must not be less than min-ttl");
    }
    between("tries", "number of tries", tries, 10);
    between("cache-size", "size of the cache", cacheSize, 1_000_000);
    between("max-lookups", "number of questions", maxLookups, 1000);
  }

  private static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new SettingException(key, "the duration must be above zero");
    }
  }

  private static void between(String key, String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new SettingException(key, "the " + what + " must be 1 to " + most);
    }
  }
}
