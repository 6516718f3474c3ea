// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.config.Setting;
import io.fairlead.net.Cidr;
import java.util.List;

/** Which requests a limit looks at: all that is written must hold. Immutable. */
public record LimitMatchSettings(
    @Setting(doc = "Networks of the sender.") List<Cidr> source,
    @Setting(doc = "Names of networks, as listeners have them.") List<String> network,
    @Setting(doc = "Names of listeners.") List<String> listener,
    @Setting(doc = "Names of routes.") List<String> route) {
  /** Copies the lists. */
  public LimitMatchSettings {
    source = List.copyOf(source);
    network = List.copyOf(network);
    listener = List.copyOf(listener);
    route = List.copyOf(route);
  }
}
