// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.media.engine.UdpAddress;
import io.fairlead.net.Cidr;
import java.time.Duration;
import java.util.List;

/** Our relay for others: who may ask by rtpengine's ng protocol. Immutable. */
public record NgSettings(
    @Setting(
            shortForm = true,
            doc =
                "Where the ng protocol is answered, as udp:127.0.0.1:2223, rtpengine's usual port.")
        UdpAddress listen,
    @Setting(
            value = "[127.0.0.0/8, '::1']",
            doc =
                "From where requests are taken. The protocol knows no password, so whoever may ask"
                    + " may also end any call; all others are counted and not answered.")
        List<Cidr> allow,
    @Setting(
            value = "30s",
            doc =
                "How long an answer is kept for a request that comes again with the same cookie,"
                    + " which must not be done twice. Kamailio asks up to six times, a second"
                    + " apart.")
        Duration remember,
    @Setting(
            value = "20000",
            doc =
                "The most answers kept, of some 2 KiB each; beyond that the oldest go. Enough for"
                    + " 200 calls a second and 30 s.")
        int maxRemembered,
    @Setting(
            value = "10m",
            doc =
                "A call whose offer nobody answers ends after this time, longer than any phone"
                    + " rings, should its proxy have forgotten to delete it.")
        Duration unanswered) {
  private static final int MOST_REMEMBERED = 1_000_000;

  public NgSettings {
    allow = List.copyOf(allow);
    if (!remember.isPositive()) {
      throw new SettingException("remember", "the duration must be above zero");
    }
    if (!unanswered.isPositive()) {
      throw new SettingException("unanswered", "the duration must be above zero");
    }
    if (maxRemembered < 1 || maxRemembered > MOST_REMEMBERED) {
      throw new SettingException("max-remembered", "must be 1 to " + MOST_REMEMBERED);
    }
  }

  /** There, from this machine alone, all else as usual. */
  public static NgSettings at(UdpAddress listen) {
    return new NgSettings(
        listen,
        List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1")),
        Duration.ofSeconds(30),
        20_000,
        Duration.ofMinutes(10));
  }
}
