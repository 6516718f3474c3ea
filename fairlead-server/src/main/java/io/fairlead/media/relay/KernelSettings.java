// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How the kernel forwards RTP in the relay's place. Immutable.
 *
 * @param mode whether
 * @param reading between two readings of its counters
 * @param retry after which it is tried again where it did not work
 */
public record KernelSettings(
    @Setting(
            value = "auto",
            shortForm = true,
            doc =
                "Whether the kernel forwards RTP once both sides are known: `auto` where it can,"
                    + " `on` for a Fairlead that does not start without, `off`. It takes"
                    + " CAP_NET_ADMIN, net.ipv4.ip_forward (or net.ipv6.conf.all.forwarding) and"
                    + " Linux 5.12, and costs a tenth of relaying in user space.")
        KernelMode mode,
    @Setting(
            value = "1s",
            doc =
                "Between two readings of the kernel's counters: how late a silent side may be"
                    + " noticed. A reading takes some four microseconds of CPU per direction.")
        Duration reading,
    @Setting(
            value = "10m",
            doc =
                "After which it is tried again where forwarding was not possible, or a firewall"
                    + " stopped what was forwarded. Each trial costs one call a tenth of a second"
                    + " of sound when the firewall is still there.")
        Duration retry) {
  public KernelSettings {
    if (reading.toMillis() < 100 || reading.toMinutes() >= 1) {
      throw new SettingException("reading", "expected 100ms to 1m, not " + reading);
    }
    if (retry.toSeconds() < 1 || retry.toDays() > 1) {
      throw new SettingException("retry", "expected 1s to 1d, not " + retry);
    }
  }

  /** As when nothing is configured. */
  public static KernelSettings usual() {
    return new KernelSettings(KernelMode.AUTO, Duration.ofSeconds(1), Duration.ofMinutes(10));
  }
}
