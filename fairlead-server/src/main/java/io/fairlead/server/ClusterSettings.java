// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.Secret;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.dialog.RoutingKeys;
import org.jspecify.annotations.Nullable;

/**
 * What several nodes share. Immutable.
 *
 * @param keys seal routing cookies
 */
public record ClusterSettings(
    @Setting(
            doc =
                "The keys that seal routing cookies, one per line of 16 or more characters: the"
                    + " first signs, all verify. Nodes with the same keys route each other's"
                    + " dialogs. Without it a key is made at the first start and kept in state-dir,"
                    + " so that calls outlive a restart.")
        @Nullable Secret keys) {
  public ClusterSettings {
    if (keys != null) {
      try {
        RoutingKeys.of(keys.lines());
      } catch (IllegalArgumentException e) {
        throw new SettingException("keys", String.valueOf(e.getMessage()));
      }
    }
  }
}
