// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.util.List;
import java.util.function.Predicate;

/**
 * The backends of one tier that may be picked at present. Replaced as a whole when health changes. Immutable.
 */
final class Rank {
  private final Tier tier;
  private final Backend[] members;
  private final int[] weights;
  private final boolean[] contains;
  private final long weight;

  Rank(Tier tier, Predicate<Backend> may) {
    this.tier = tier;
    this.contains = new boolean[tier.size()];
    int count = 0;
    for (int i = 0; i < tier.size(); i++) {
      if (may.test(tier.get(i))) {
        contains[i] = true;
        count++;
      }
    }
    members = new Backend[count];
    weights = new int[count];
    long sum = 0;
    int at = 0;
    for (int i = 0; i < tier.size(); i++) {
      if (contains[i]) {
        members[at] = tier.get(i);
        weights[at++] = tier.weight(i);
        sum += tier.weight(i);
      }
    }
    weight = sum;
  }

  int size() {
    return members.length;
  }

  Backend get(int i) {
    return members[i];
  }

  int weight(int i) {
    return weights[i];
  }

  long weight() {
    return weight;
  }

  boolean contains(Backend backend) {
    int i = tier.indexOf(backend.id());
    return i >= 0 && contains[i];
  }

  List<Backend> list() {
    return List.of(members);
  }
}
