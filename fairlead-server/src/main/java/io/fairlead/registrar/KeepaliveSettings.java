// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.config.Percent;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the way to registered devices is kept open. Immutable.
 *
 * @param udp between keepalives over UDP
 * @param tcp between keepalives over TCP and TLS
 * @param websocket between keepalives over WebSocket
 * @param spread of the intervals
 * @param lost keepalives without answer that end a binding
 * @param all also devices that sit behind no NAT
 */
public record KeepaliveSettings(
    @Setting(
            value = "25s",
            off = true,
            doc =
                "An OPTIONS to each device behind NAT this often over UDP: the shortest NAT"
                    + " timeouts seen are 30 s.")
        @Nullable Duration udp,
    @Setting(
            value = "90s",
            off = true,
            doc =
                "An empty line, CRLF CRLF, this often over TCP and TLS (RFC 5626 §3.5.1): NAT keeps"
                    + " connections longer than datagrams.")
        @Nullable Duration tcp,
    @Setting(
            value = "25s",
            off = true,
            doc =
                "A ping this often over WebSocket: proxies on the way cut idle connections. What"
                    + " the listener's ping-interval has sent lately counts and is not sent again.")
        @Nullable Duration websocket,
    @Setting(
            value = "20%",
            doc =
                "Each interval is longer or shorter by up to this share, at random, so that"
                    + " keepalives spread evenly.")
        Percent spread,
    @Setting(
            value = "3",
            doc =
                "So many unanswered in a row end the binding: one or two are lost by chance, three"
                    + " are not.")
        int lost,
    @Setting(
            value = "false",
            doc =
                "Also to devices that are not behind NAT: finds those that are gone before they"
                    + " expire, for one message per interval.")
        boolean all) {
  public KeepaliveSettings {
    if (lost < 1 || lost > 10) {
      throw new SettingException("lost", "expected 1 to 10, not " + lost);
    }
  }
}
