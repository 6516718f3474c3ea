// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.pool.HashKey;
import org.jspecify.annotations.Nullable;

/** Settings of {@code hash}. Immutable. */
public record HashSettings(
    @Setting(
            doc =
                "What of the request decides: call-id, from-user, to-user, request-user, source-ip"
                    + " or header:<Name>.",
            value = "call-id")
        HashKey key,
    @Setting(
            doc =
                "How keys are laid over the backends. rendezvous moves no other key when a backend"
                    + " comes or goes; maglev spreads them more evenly, but moves a few.",
            value = "rendezvous")
        HashFunction function,
    @Setting(
            doc =
                "A backend with more than this many times its fair share of live calls is passed"
                    + " over for the key's next one. Up to ten calls are never too many.",
            value = "1.25",
            off = true)
        @Nullable Double boundedLoad) {
  public HashSettings {
    if (boundedLoad != null && !(boundedLoad > 1 && boundedLoad <= 1000)) {
      throw new SettingException(
          "bounded-load", "expected more than 1, such as 1.25, not " + boundedLoad);
    }
  }
}
