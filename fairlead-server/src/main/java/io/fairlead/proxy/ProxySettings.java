// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import org.jspecify.annotations.Nullable;

/**
 * How requests are forwarded. Immutable.
 *
 * @param udpMtu above this size a request leaves over TCP
 */
public record ProxySettings(
    @Setting(
            off = true,
            value = "off",
            doc =
                "A request longer than this many bytes is sent over TCP when the next hop was to be"
                    + " reached over UDP (RFC 3261 §18.1.1 asks for 1300). Off, because a sudden"
                    + " change of transport surprises providers, and UDP datagrams of usual calls"
                    + " pass fragmented.")
        @Nullable Integer udpMtu) {
  public ProxySettings {
    if (udpMtu != null && (udpMtu < 500 || udpMtu > 65535)) {
      throw new SettingException("udp-mtu", "must be between 500 and 65535");
    }
  }
}
