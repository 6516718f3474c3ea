// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.affinity;

import io.fairlead.pool.balance.Mix;

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar, 1998): each backend has a cost for a key,
 * the cheapest has the key. Who leaves moves only its own keys, and all processes agree.
 */
public final class Rendezvous {
  private Rendezvous() {}

  /** The number of a key among those of its scope. */
  public static long key(String scope, String key) {
    return Mix.of(Mix.of(scope) ^ Mix.of(key));
  }

  /** What the backend of that name costs for a key; the lowest wins. */
  public static double cost(long key, String backend, int weight) {
    double u = ((Mix.of(key ^ Mix.of(backend)) >>> 11) + 1) * 0x1.0p-53;
    return -StrictMath.log(u) / weight;
  }
}
