// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import io.fairlead.config.Setting;
import io.fairlead.net.HostPort;
import org.jspecify.annotations.Nullable;

/** Where the meters can be read. Immutable. */
public record MetricsSettings(
    @Setting(
            doc =
                "Address and port of the Prometheus page `/metrics`; none without it. The page asks"
                    + " for no password, so keep it on loopback or an inside network.")
        @Nullable HostPort listen) {

  /** No page. */
  public static final MetricsSettings OFF = new MetricsSettings(null);
}
