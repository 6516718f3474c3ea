// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the DNS offers for a URI, and the choice among it: rungs one after the other, within a
 * rung by weight (RFC 2782). Immutable.
 *
 * @param rungs the best first
 * @param expiresNs until when this holds
 * @param always the order, when there is no choice
 */
record ServerCandidates(List<Rung> rungs, long expiresNs, @Nullable List<NextHop> always) {
  /** More would only keep a caller waiting, and let a domain send us round for long. */
  static final int MAX_TARGETS = 8;

  private static final Comparator<Way> LIGHT_FIRST =
      Comparator.comparingInt(way -> way.weight() == 0 ? 0 : 1);
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /**
   * One server.
   *
   * @param weight its share among those of its rung
   * @param targets its addresses, best first
   */
  record Way(int weight, List<NextHop> targets) {
    Way {
      targets = List.copyOf(targets);
    }
  }

  /**
   * Servers of the same priority and transport.
   *
   * @param ways those that weigh nothing first (RFC 2782)
   */
  record Rung(List<Way> ways) {
    Rung {
      ways = ways.stream().sorted(LIGHT_FIRST).toList();
    }
  }

  static ServerCandidates of(List<Rung> rungs, long expiresNs) {
    boolean choice = rungs.stream().anyMatch(rung -> rung.ways().size() > 1);
    ServerCandidates ways = new ServerCandidates(List.copyOf(rungs), expiresNs, null);
    return choice ? ways : new ServerCandidates(ways.rungs, expiresNs, ways.order(0));
  }

  /**
   * The targets in an order that follows from the key alone: the same for the same key, spread by
   * weight over many keys.
   */
  List<NextHop> order(long key) {
    if (always != null) {
      return always;
    }
    List<NextHop> order = new ArrayList<>();
    long state = key;
    for (Rung rung : rungs) {
      List<Way> left = new ArrayList<>(rung.ways());
      while (!left.isEmpty() && order.size() < MAX_TARGETS) {
        state += GOLDEN;
        Way way = left.size() == 1 ? left.getFirst() : choose(left, mix(state));
        left.remove(way);
        for (NextHop target : way.targets()) {
          if (order.size() < MAX_TARGETS && !order.contains(target)) {
            order.add(target);
          }
        }
      }
    }
    return List.copyOf(order);
  }

  private static Way choose(List<Way> left, long random) {
    long sum = 0;
    for (Way way : left) {
      sum += way.weight();
    }
    long point = Long.remainderUnsigned(random, sum + 1);
    for (Way way : left) {
      point -= way.weight();
      if (point <= 0) {
        return way;
      }
    }
    return left.getLast();
  }

  // Stafford's variant 13 of the finalizer of MurmurHash3.
  private static long mix(long z) {
    long y = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    y = (y ^ y >>> 27) * 0x94d049bb133111ebL;
    return y ^ y >>> 31;
  }
}
