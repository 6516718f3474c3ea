// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * How much the table of bindings may hold, and how often it is put on disk. Immutable.
 *
 * @param maxBindings of all users together
 * @param sync between two syncs of the journal
 */
public record StoreSettings(
    @Setting(
            value = "2000000",
            doc =
                "The most bindings of all users together; one more is answered 503 with"
                    + " Retry-After. It bounds the memory: a usual binding takes some 280 bytes,"
                    + " and records may take 512 bytes each on average. Two million are two devices"
                    + " for each of a million users.")
        int maxBindings,
    @Setting(
            value = "1s",
            doc =
                "Between two syncs of the journal of bindings to the disk: what a power failure may"
                    + " cost. A process that is killed loses less.")
        Duration sync) {
  public StoreSettings {
    if (maxBindings < 1 || maxBindings > 100_000_000) {
      throw new SettingException("max-bindings", "expected 1 to 100000000, not " + maxBindings);
    }
    if (sync.toMillis() < 1 || sync.toMinutes() > 1) {
      throw new SettingException("sync", "expected 1ms to 1m, not " + sync);
    }
  }

  /** As when nothing is configured. */
  public static StoreSettings usual() {
    return new StoreSettings(2_000_000, Duration.ofSeconds(1));
  }
}
