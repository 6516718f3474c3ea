// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.affinity;

import io.fairlead.pool.balance.StableHash;

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar, 1998): each backend has a cost for a key,
 * the cheapest has the key. Who leaves moves only its own keys, and all processes agree.
 */
public final class RendezvousHash {
  private RendezvousHash() {}

  /** The number of a key among those of its scope. */
  public static long key(String scope, String key) {
    return StableHash.of(StableHash.of(scope) ^ StableHash.of(key));
  }

  /** What the backend of that name costs for a key; the lowest wins. */
  public static double cost(long key, String backend, int weight) {
    double u = ((StableHash.of(key ^ StableHash.of(backend)) >>> 11) + 1) * 0x1.0p-53;
    return -StrictMath.log(u) / weight;
  }
}
