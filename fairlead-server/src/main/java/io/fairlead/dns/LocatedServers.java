// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.util.ArrayList;
import java.util.List;

/**
 * The servers of a name, for who spreads load over them himself. Immutable.
 *
 * @param all every one, of one transport; empty when there are none
 * @param ttlNs how long this holds
 * @param complete false when there may be more that could not be looked up
 * @param why there are none
 */
public record LocatedServers(List<Server> all, long ttlNs, boolean complete, String why) {
  /**
   * One of them.
   *
   * @param rank 0 for those to be used first, 1 for the next (the priority of RFC 2782)
   * @param weight its share within the rank; 1 when the name has addresses only
   * @param target where it is
   */
  public record Server(int rank, int weight, NextHop target) {}

  public LocatedServers {
    all = List.copyOf(all);
  }

  static LocatedServers none(String why) {
    return new LocatedServers(List.of(), 0, false, why);
  }

  // Of several transports the first: each server would else be there once for each.
  static LocatedServers of(ServerLocation inquiry, long nowNs) {
    ServerCandidates ways = inquiry.ways();
    List<Server> all = new ArrayList<>();
    int rank = 0;
    for (ServerCandidates.Rung rung : ways.rungs()) {
      String transport = rung.ways().getFirst().targets().getFirst().transport();
      if (!all.isEmpty() && !all.getFirst().target().transport().equals(transport)) {
        break;
      }
      for (ServerCandidates.Way way : rung.ways()) {
        for (NextHop target : way.targets()) {
          all.add(new Server(rank, way.weight(), target));
        }
      }
      rank++;
    }
    String why = all.isEmpty() ? inquiry.why() : "";
    return new LocatedServers(all, ways.expiresNs() - nowNs, inquiry.complete(), why);
  }
}
