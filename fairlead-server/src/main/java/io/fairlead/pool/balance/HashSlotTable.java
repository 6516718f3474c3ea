// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.PriorityTier;
import java.util.Arrays;

/**
 * Keys laid over all backends of a tier: a fixed number of slots, each owned by one backend. Built
 * once for a tier, whatever its health, so what is down changes nothing here. Immutable.
 */
final class HashSlotTable {
  /** A prime, as Maglev wants it; a hundred slots for each of six hundred backends. */
  private static final int COUNT = 65_537;

  /** As many owners as two bytes tell apart; a tier has no more backends that get keys. */
  private static final int OWNERS = 1 << Character.SIZE;

  // Two bytes each: the whole table then stays in a second-level cache.
  private final char[] owners;

  private HashSlotTable(int[] owners) {
    this.owners = new char[COUNT];
    for (int slot = 0; slot < COUNT; slot++) {
      this.owners[slot] = (char) owners[slot];
    }
  }

  /** The owner of a well mixed key: its place in the tier. */
  int owner(long mixed) {
    return owners[(int) Math.unsignedMultiplyHigh(mixed, COUNT)];
  }

  /**
   * Each slot goes to the backend with the highest score there (weighted rendezvous hashing: Thaler
   * and Ravishankar, 1998; weights after Mosko's logarithmic method). A backend that comes takes
   * its share of slots, one that goes leaves its own; no other slot changes its owner.
   */
  static HashSlotTable rendezvous(PriorityTier tier) {
    long[] names = names(tier);
    int[] owners = new int[COUNT];
    double[] best = new double[COUNT];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    for (int i = 0; i < names.length; i++) {
      double weight = tier.weight(i);
      for (int slot = 0; slot < COUNT; slot++) {
        double u = ((StableHash.of(names[i] ^ slot * 0xD6E8FEB86659FD93L) >>> 11) + 1) * 0x1.0p-53;
        // -ln(u) is at least 1 - u, which is cheap and refuses nearly all.
        if (1 - u < best[slot] * weight) {
          double score = -StrictMath.log(u) / weight;
          if (score < best[slot]) {
            best[slot] = score;
            owners[slot] = i;
          }
        }
      }
    }
    return new HashSlotTable(owners);
  }

  /**
   * The backends take slots in turn, each by its own order of preference (Eisenbud and others,
   * "Maglev", 2016, §3.4); one of half the greatest weight takes one every other turn.
   */
  static HashSlotTable maglev(PriorityTier tier) {
    long[] names = names(tier);
    int[] owners = new int[COUNT];
    Arrays.fill(owners, -1);
    int greatest = 0;
    int[] next = new int[names.length];
    int[] step = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      greatest = Math.max(greatest, tier.weight(i));
      next[i] = (int) Math.unsignedMultiplyHigh(names[i], COUNT);
      step[i] = 1 + (int) Math.unsignedMultiplyHigh(StableHash.of(names[i]), COUNT - 1);
    }
    long[] credit = new long[names.length];
    int taken = 0;
    for (int i = 0; taken < COUNT; i = i + 1 == names.length ? 0 : i + 1) {
      credit[i] += tier.weight(i);
      if (credit[i] >= greatest) {
        credit[i] -= greatest;
        while (owners[next[i]] >= 0) {
          next[i] = (next[i] + step[i]) % COUNT;
        }
        owners[next[i]] = i;
        taken++;
      }
    }
    return new HashSlotTable(owners);
  }

  private static long[] names(PriorityTier tier) {
    long[] names = new long[Math.min(tier.size(), OWNERS)];
    for (int i = 0; i < names.length; i++) {
      names[i] = StableHash.of(tier.get(i).name());
    }
    return names;
  }
}
