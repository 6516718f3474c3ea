// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Kind;
import io.fairlead.config.NoSettings;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Backends;
import org.jspecify.annotations.Nullable;

/**
 * {@code fanout}: the core sends an INVITE to all available backends at once; a pick is asked for
 * only by what cannot be forked, and is a draw. Owned by one loop.
 */
final class Fanout implements Balancer {
  static final Kind<NoSettings, Lent, Balancer> KIND =
      new Kind<>(
          "fanout",
          "Sends the call to all available backends at once; the first to answer has it.",
          NoSettings.class,
          (none, lent) -> new Fanout(lent));

  private final Draw draw;

  private Fanout(Lent lent) {
    draw = Draw.byWeight(lent.random());
  }

  @Override
  public @Nullable Backend pick(Backends available, long key) {
    return Search.at(available, draw.next(available));
  }
}
