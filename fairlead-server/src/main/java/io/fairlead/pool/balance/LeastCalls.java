// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.config.Kind;
import io.fairlead.config.NoSettings;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code least-calls}: the one with the fewest live calls for its weight; among several such, a draw by weight.
 *
 * <p>Exact for the calls of its own loop, whose changes it follows. What other loops do it learns when it is about to
 * choose a backend, and otherwise by looking at one more backend with each pick: it may overlook for some picks that a call
 * ended on another loop, but never takes a backend for emptier than it is.
 *
 * <p>Owned by one loop.
 */
final class LeastCalls implements Balancer {
  static final Kind<NoSettings, Lent, Balancer> KIND =
      new Kind<>(
          "least-calls",
          "The one with the fewest live calls for its weight.",
          NoSettings.class,
          (none, lent) -> new LeastCalls(lent));

  private final RandomGenerator random;
  private final List<Backend> passedOver = new ArrayList<>();
  private @Nullable Object stamp;
  private LoadTree tree = LoadTree.EMPTY;
  private int[] placeOf = {};
  private long seen;
  private int cursor;

  private LeastCalls(Lent lent) {
    random = lent.random();
  }

  @Override
  public @Nullable Backend pick(Backends available, long key) {
    refresh(available);
    Backend chosen = null;
    while (chosen == null && !tree.exhausted()) {
      int place = tree.draw(random);
      Backend backend = available.get(place);
      if (available.free(backend)) {
        chosen = correct(available, place) ? null : backend;
      } else {
        tree.remove(place);
        passedOver.add(backend);
      }
    }
    restore(available);
    return chosen;
  }

  private void refresh(Backends available) {
    if (!available.same(stamp) || available.changes() - seen > 64 + available.size()) {
      rebuild(available);
      return;
    }
    while (seen < available.changes()) {
      int id = available.changed(seen);
      if (id < 0) {
        rebuild(available);
        return;
      }
      seen++;
      if (id < placeOf.length && placeOf[id] >= 0) {
        correct(available, placeOf[id]);
      }
    }
    if (available.size() > 0) {
      cursor = cursor + 1 < available.size() ? cursor + 1 : 0;
      correct(available, cursor);
    }
  }

  /** True when the load was not the one known. */
  private boolean correct(Backends available, int place) {
    return tree.set(place, available.get(place).load());
  }

  private void rebuild(Backends available) {
    stamp = available.stamp();
    seen = available.changes();
    int ids = 0;
    for (int i = 0; i < available.size(); i++) {
      ids = Math.max(ids, available.get(i).id() + 1);
    }
    placeOf = new int[ids];
    java.util.Arrays.fill(placeOf, -1);
    int[] weights = new int[available.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = available.weight(i);
      placeOf[available.get(i).id()] = i;
    }
    tree = new LoadTree(weights);
    for (int i = 0; i < weights.length; i++) {
      correct(available, i);
    }
  }

  private void restore(Backends available) {
    for (int i = 0; i < passedOver.size(); i++) {
      correct(available, placeOf[passedOver.get(i).id()]);
    }
    passedOver.clear();
  }
}
