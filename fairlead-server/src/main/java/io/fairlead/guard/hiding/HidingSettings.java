// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.guard.trust.HeaderPatterns;
import java.util.List;

/**
 * Topology hiding as configured. Immutable.
 *
 * @param network from whom the inside is hidden
 * @param callId whether Call-IDs made inside are sealed too
 * @param inside hosts and networks that belong to the inside
 * @param headers header lines that do not leave
 */
public record HidingSettings(
    @Setting(
            shortForm = true,
            doc =
                "The side, named as in `network` of a listener, that sees nothing of what is behind"
                    + " Fairlead.")
        String network,
    @Setting(
            value = "no",
            doc =
                "Whether Call-IDs made inside are sealed as well. Many tools for finding faults"
                    + " join both sides of a call by its Call-ID, so it stays by default. Changing"
                    + " it ends the dialogs that are open.")
        boolean callId,
    @Setting(
            value =
                "[10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16,"
                    + " 127.0.0.0/8, 'fc00::/7', 'fe80::/10', '::1']",
            doc =
                "Networks, addresses and host names of the inside, where a text names a host that"
                    + " may as well be public: From, To, identities, bodies. Fairlead's own"
                    + " addresses on other sides belong to it always. The default is every private"
                    + " address.")
        List<String> inside,
    @Setting(
            value = "[X-FS-*]",
            doc =
                "Header lines that do not leave to that side, by name; `*` at the end stands for"
                    + " anything. FreeSWITCH tells what it is in X-FS-Support.")
        List<String> headers) {
  /** Checks and copies. */
  public HidingSettings {
    inside = List.copyOf(inside);
    headers = List.copyOf(headers);
    if (network.isBlank()) {
      throw new SettingException("network", "expected the name of a network of a listener");
    }
    inside.forEach(InsideHosts::check);
    headers.forEach(HeaderPatterns::check);
  }
}
