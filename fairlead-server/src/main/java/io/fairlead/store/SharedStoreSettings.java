// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.config.Secret;
import io.fairlead.config.Setting;
import org.jspecify.annotations.Nullable;

/**
 * Where bindings are kept. Immutable.
 *
 * @param redis shared by the nodes
 * @param password its password
 */
public record SharedStoreSettings(
    @Setting(
            doc =
                "A Redis the nodes share their bindings by, such as redis://10.0.0.41:6379/0, or"
                    + " rediss:// for TLS. Each node reads its own memory only: a Redis that is"
                    + " slow or dead stops no call.")
        @Nullable RedisAddress redis,
    @Setting(doc = "The password of the Redis, when it is not in the URL.")
        @Nullable Secret password) {
  /** This node alone, without Redis. */
  public static final SharedStoreSettings ALONE = new SharedStoreSettings(null, null);
}
