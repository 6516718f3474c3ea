// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Kind;
import io.fairlead.config.NoSettings;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Backends;
import org.jspecify.annotations.Nullable;

/** {@code random}: each call is a draw by weight. Owned by one loop. */
final class WeightedRandom implements Balancer {
  static final Kind<NoSettings, Lent, Balancer> KIND =
      new Kind<>(
          "random", "Draws by weight.", NoSettings.class, (none, lent) -> new WeightedRandom(lent));

  private final Draw draw;

  private WeightedRandom(Lent lent) {
    draw = Draw.byWeight(lent.random());
  }

  @Override
  public @Nullable Backend pick(Backends available, long key) {
    return Search.at(available, draw.next(available));
  }
}
