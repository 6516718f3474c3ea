// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.net.Cidr;
import java.util.List;

/**
 * Who may say where a connection really comes from. Immutable.
 *
 * @param from the load balancers in front
 */
public record ProxyProtocolSettings(
    @Setting(
            doc =
                "Addresses and networks of the load balancers in front. A connection from one must"
                    + " begin with a PROXY header; from anyone else it must not.")
        List<Cidr> from) {
  public ProxyProtocolSettings {
    from = List.copyOf(from);
    if (from.isEmpty()) {
      throw new SettingException("from", "expected at least one address or network");
    }
  }
}
