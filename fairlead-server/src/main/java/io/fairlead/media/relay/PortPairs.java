// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The pairs of ports of one network: an even one for RTP, the next for RTCP (RFC 3550 §11). Taken
 * in random order, so that nobody guesses the next call's; one given back rests, since late packets
 * of its last call still come.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class PortPairs {
  private static final long TAKEN = Long.MAX_VALUE;

  private final PortRange range;
  private final long quarantineNs;
  // From when on a pair may be taken.
  private final AtomicLongArray freeFrom;
  private final AtomicInteger taken = new AtomicInteger();

  PortPairs(PortRange range, long quarantineNs, long nowNs) {
    this.range = range;
    this.quarantineNs = quarantineNs;
    freeFrom = new AtomicLongArray(range.pairs());
    for (int i = 0; i < range.pairs(); i++) {
      freeFrom.set(i, nowNs);
    }
  }

  /** Takes a pair; its even port, or -1 when all are taken or resting. */
  int take(long nowNs) {
    int pairs = range.pairs();
    int from = ThreadLocalRandom.current().nextInt(pairs);
    for (int i = 0; i < pairs; i++) {
      int pair = (from + i) % pairs;
      long free = freeFrom.get(pair);
      if (free != TAKEN && free - nowNs <= 0 && freeFrom.compareAndSet(pair, free, TAKEN)) {
        taken.getAndIncrement();
        return range.port(pair);
      }
    }
    return -1;
  }

  /** Gives a pair back. */
  void giveBack(int port, long nowNs) {
    long free = nowNs + quarantineNs;
    freeFrom.set(range.pair(port), free == TAKEN ? free - 1 : free);
    taken.getAndDecrement();
  }

  int taken() {
    return taken.get();
  }

  /** How many can be taken now: neither taken nor resting. */
  int free(long nowNs) {
    int free = 0;
    for (int i = 0; i < freeFrom.length(); i++) {
      long from = freeFrom.get(i);
      free += from != TAKEN && from - nowNs <= 0 ? 1 : 0;
    }
    return free;
  }
}
