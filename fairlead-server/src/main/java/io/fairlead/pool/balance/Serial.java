// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Kind;
import io.fairlead.config.NoSettings;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Backends;
import org.jspecify.annotations.Nullable;

/**
 * {@code priority}: always the first of the configuration's order that is free. Owned by one loop.
 */
final class Serial implements Balancer {
  static final Kind<NoSettings, Lent, Balancer> KIND =
      new Kind<>(
          "priority",
          "The first one that can take the call, by priority and then in the order written.",
          NoSettings.class,
          (none, lent) -> new Serial());

  private Serial() {}

  @Override
  public @Nullable Backend pick(Backends available, long key) {
    return Search.at(available, Search.from(available, 0));
  }
}
