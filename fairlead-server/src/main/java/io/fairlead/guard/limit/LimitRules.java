// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.sip.SipRequest;
import java.util.List;

/**
 * All limits in force, in the order in which they are asked: as configured, those by pool behind
 * the others, since another limit may send a request to another route. Immutable.
 */
final class LimitRules {
  private final Limit[] early;
  private final Limit[] byPool;
  private final Limit[] byGateway;
  private final List<Limit> all;
  private final EmergencyNumbers emergency;

  /**
   * @param emergency calls that pass every limit
   */
  LimitRules(List<Limit> all, EmergencyNumbers emergency) {
    this.all = List.copyOf(all);
    this.emergency = emergency;
    this.byGateway = all.stream().filter(each -> each.settings().byGateway()).toArray(Limit[]::new);
    this.byPool =
        all.stream()
            .filter(each -> !each.settings().byGateway() && each.byPool())
            .toArray(Limit[]::new);
    this.early =
        all.stream()
            .filter(each -> !each.settings().byGateway() && !each.byPool())
            .toArray(Limit[]::new);
  }

  List<Limit> all() {
    return all;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** How many are asked before a backend is chosen. */
  int size() {
    return early.length + byPool.length;
  }

  /** The first of those that a route's pool decides. */
  int firstByPool() {
    return early.length;
  }

  Limit get(int i) {
    return i < early.length ? early[i] : byPool[i - early.length];
  }

  /** Those that are asked for each backend. */
  Limit[] byGateway() {
    return byGateway;
  }

  /** Whether a request calls for help: it passes whatever limits say. */
  boolean isEmergency(SipRequest r) {
    return emergency.isEmergency(r);
  }
}
