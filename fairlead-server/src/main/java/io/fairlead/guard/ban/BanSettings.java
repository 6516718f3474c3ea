// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.config.Durations;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.guard.ban.list.BlocklistSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is banned, for how long, and by what means. Immutable.
 *
 * @param threshold points that ban
 * @param scores what each offence costs
 * @param decay in which time points halve
 * @param forgive points that a right answer takes back
 * @param exempt how long a right answer protects its source
 * @param time the first ban
 * @param grow by how much the next is longer
 * @param max the longest ban
 * @param forget when earlier bans no longer count
 * @param trustUdp whether unproven offences count
 * @param firewall whether the kernel drops
 * @param log where offences and bans are told for other programs
 * @param sources how many sources have points at once
 * @param exemptSources how many sources with a right answer are remembered
 * @param bans how many bans there are at once
 * @param blocklists sources and networks that others have banned
 */
public record BanSettings(
    @Setting(value = "100", doc = "A source with so many points is banned.") int threshold,
    @Setting(doc = "What each offence costs, in points.") OffenceScores scores,
    @Setting(
            value = "10m",
            doc =
                "In this time a source's points halve, so that a mistake now and then never adds up"
                    + " to a ban.")
        Duration decay,
    @Setting(
            value = "20",
            doc =
                "So many points are taken back from a source when a device there answers a"
                    + " challenge right.")
        int forgive,
    @Setting(
            value = "2h",
            doc =
                "For so long after a right answer, and for as long as what was registered holds,"
                    + " its source is not banned: an office with one misconfigured phone is no"
                    + " attacker. Longer than phones take to register again.")
        Duration exempt,
    @Setting(value = "10m", doc = "How long the first ban of a source lasts.") Duration time,
    @Setting(
            value = "2",
            doc = "Each further ban of a source is by this factor longer than the one before.")
        int grow,
    @Setting(
            value = "24h",
            doc =
                "No ban by points lasts longer: addresses find other owners, and who is banned for"
                    + " a day at a time gets nothing done.")
        Duration max,
    @Setting(
            value = "7d",
            doc = "So long after its last ban a source is as one that was never banned.")
        Duration forget,
    @Setting(
            value = "no",
            doc =
                "Whether what comes by UDP counts without a proof that its source receives there:"
                    + " yes lets anybody have anybody banned by a forged source address. Only for"
                    + " networks that let none in.")
        boolean trustUdp,
    @Setting(
            value = "auto",
            doc =
                "Whether the kernel drops what banned sources send to our listeners, by a table of"
                    + " nftables that is ours alone and ends with the process: auto where it can"
                    + " (Linux 5.12, CAP_NET_ADMIN), nftables or on: no start without, off:"
                    + " Fairlead drops it itself, as it does in any case.")
        FirewallMode firewall,
    @Setting(
            doc =
                "A file that gets a line for each offence that counts and each ban, for fail2ban"
                    + " and its like. It is opened anew for each write, so it may be moved away.")
        @Nullable Path log,
    @Setting(
            value = "100000",
            doc =
                "How many sources with points are remembered; then the ones that did nothing for"
                    + " longest are forgotten. Some 200 bytes each.")
        int sources,
    @Setting(
            value = "1000000",
            doc =
                "How many sources with a right answer are remembered; one more is not spared. Some"
                    + " 64 bytes each, as there are any.")
        int exemptSources,
    @Setting(
            value = "200000",
            doc =
                "How many bans there are at once, those of blocklists included; then the ones that"
                    + " end first make room. Some 300 bytes each, and 110 in the kernel.")
        int bans,
    @Setting(doc = "Sources and networks that others have found bad, by name.")
        Map<String, BlocklistSettings> blocklists) {
  private static final int MOST = 2_000_000;

  public BanSettings {
    blocklists = Map.copyOf(blocklists);
    range("threshold", threshold, 1, 1_000_000);
    range("forgive", forgive, 0, 1_000_000);
    range("grow", grow, 1, 100);
    range("sources", sources, 16, MOST);
    range("exempt-sources", exemptSources, 16, 16_000_000);
    range("bans", bans, 16, MOST);
    span("decay", decay, Duration.ofSeconds(1), Duration.ofDays(30));
    span("exempt", exempt, Duration.ZERO, Duration.ofDays(30));
    span("time", time, Duration.ofSeconds(1), Duration.ofDays(365));
    span("max", max, Duration.ofSeconds(1), Duration.ofDays(365));
    span("forget", forget, Duration.ZERO, Duration.ofDays(3650));
    if (max.compareTo(time) < 0) {
      throw new SettingException("max", "shorter than the first ban (`time`)");
    }
  }

  /** As when nothing is configured. */
  public static BanSettings usual() {
    return new BanSettings(
        100,
        new OffenceScores(5, 2, 50, 10, 20),
        Duration.ofMinutes(10),
        20,
        Duration.ofHours(2),
        Duration.ofMinutes(10),
        2,
        Duration.ofHours(24),
        Duration.ofDays(7),
        false,
        FirewallMode.AUTO,
        null,
        100_000,
        1_000_000,
        200_000,
        Map.of());
  }

  private static void range(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new SettingException(key, "expected " + least + " to " + most + ", not " + value);
    }
  }

  private static void span(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new SettingException(
          key, "expected " + Durations.text(least) + " to " + Durations.text(most));
    }
  }

  /**
   * How long a ban lasts.
   *
   * @param times which ban of the source it is, from 1
   */
  long banMs(int times) {
    double factor = Math.pow(grow, times - 1.0);
    return (long) Math.min((double) max.toMillis(), time.toMillis() * factor);
  }
}
