// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.kernel;

import io.fairlead.net.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which networks the kernel is to drop, and which it does: the outermost only, since ranges in its
 * sets may not overlap. One that stood inside another comes to the fore when that is over. Owned by
 * the thread of the bans.
 */
final class NetworkBans {
  /** What is to change. */
  record Difference(List<Cidr> out, List<Cidr> in) {}

  private final Set<Cidr> banned = new HashSet<>();
  private Set<Cidr> written = new HashSet<>();

  /** It is banned, or no longer; whether that is new. */
  boolean change(Cidr network, boolean ban) {
    return ban ? banned.add(network) : banned.remove(network);
  }

  void clear() {
    banned.clear();
    written.clear();
  }

  /** Those that no other one holds. */
  List<Cidr> outermost() {
    return outermost(banned);
  }

  /** What must be written; it counts as written from now on. */
  Difference difference() {
    Set<Cidr> next = new HashSet<>(outermost());
    List<Cidr> out = written.stream().filter(each -> !next.contains(each)).toList();
    List<Cidr> in = next.stream().filter(each -> !written.contains(each)).toList();
    written = next;
    return new Difference(out, in);
  }

  /** Of networks those that no other one of them holds. */
  static List<Cidr> outermost(Collection<Cidr> networks) {
    List<Cidr> outer = new ArrayList<>();
    Comparator<Cidr> order =
        Comparator.comparing(Cidr::isV4)
            .thenComparing(each -> each.address().getAddress(), Arrays::compareUnsigned)
            .thenComparingInt(Cidr::prefix);
    for (Cidr each : networks.stream().sorted(order).toList()) {
      if (outer.isEmpty() || !outer.getLast().contains(each.address())) {
        outer.add(each);
      }
    }
    return outer;
  }
}
