// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.guard.Offence;
import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Counter;
import java.util.List;

/**
 * Whom nothing may ban: networks that an operator allows, sources where devices have proved a
 * password of late, and those that others know to be good. Shared: see docs/ownership.md.
 */
final class SpareSources {
  static final String ALLOWED = "`guard.allow` has it";

  private static final String PROVED = "a device there has proved its password";
  private static final String TRUSTED = "it has a registration or a call, or belongs to us";

  private final SourceTimes proved;
  private final ExemptSources others;
  private final Counter crowded;
  private volatile CidrSet allow;

  /**
   * @param limit most sources with a proof
   * @param crowded counts proofs that find no room
   */
  SpareSources(CidrSet allow, int limit, ExemptSources others, Counter crowded) {
    this.allow = widened(allow);
    this.proved = new SourceTimes(limit);
    this.others = others;
    this.crowded = crowded;
  }

  // A /64 of IPv6 is banned whole, so a part of it that is allowed keeps all of it.
  private static CidrSet widened(CidrSet allow) {
    return CidrSet.of(allow.networks().stream().map(Ban::whole).toList());
  }

  void allow(CidrSet next) {
    allow = widened(next);
  }

  CidrSet allowed() {
    return allow;
  }

  /** A source has proved itself. Home loop. */
  void proved(long key, long untilMs, long nowMs) {
    if (!proved.put(key, untilMs)) {
      proved.removeIf(time -> time <= nowMs);
      if (!proved.put(key, untilMs)) {
        crowded.add();
      }
    }
  }

  /** Whether an operator allows all of it, or some of it where it is one source. Any thread. */
  boolean allows(Cidr network) {
    return allow.contains(network.address());
  }

  private boolean allows(long key) {
    CidrSet now = allow;
    return SourceKey.isV4(key) ? now.contains4((int) key) : now.contains6(key, 0);
  }

  /** Whether nothing may ban the source. Any thread; allocates nothing. */
  boolean spares(long key, long nowMs) {
    return allows(key) || proved.get(key) > nowMs || others.isExempt(key);
  }

  /** Why nothing may ban the source; empty when something may. Any thread. */
  String why(long key, long nowMs) {
    if (allows(key)) {
      return ALLOWED;
    }
    if (proved.get(key) > nowMs) {
      return PROVED;
    }
    return others.isExempt(key) ? TRUSTED : "";
  }

  /** Why nothing may ban the source for that offence; empty when something may. Any thread. */
  String why(long key, Offence offence, long nowMs) {
    String why = why(key, nowMs);
    boolean guesses = offence == Offence.WRONG_PASSWORD || offence == Offence.UNKNOWN_USER;
    return guesses && why.equals(TRUSTED) && !others.mayGuess(key) ? "" : why;
  }

  /** The allowed networks inside one. */
  List<Cidr> within(Cidr network) {
    return allow.networks().stream()
        .filter(each -> each.prefix() >= network.prefix() && network.contains(each.address()))
        .toList();
  }
}
