// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.affinity;

import io.fairlead.pool.Backend;

/** What a backend is to the keys that live there, and to new ones. */
public enum AffinityEligibility {
  /** Takes joiners and new keys. */
  OPEN,
  /** Lives, but takes no call at the moment. */
  FULL,
  /**
   * Is set aside for what it answered to calls and for nothing else: takes those who join a key
   * that lives there, and new keys where there is no other.
   */
  REFUSING,
  /** Takes those who join a key that lives there, and no new keys. */
  CLOSING,
  /** Does not live, or is to be treated so: leaves calls unanswered, is in maintenance. */
  DEAD;

  /** That of a backend now. */
  public static AffinityEligibility of(Backend backend) {
    if (backend.address() == null) {
      return DEAD;
    }
    return switch (backend.health().state()) {
      case HEALTHY, DEGRADED -> backend.full() ? FULL : OPEN;
      case SATURATED -> refusing(backend) ? REFUSING : FULL;
      case DRAINING -> closing(backend);
      case EJECTED -> refusing(backend) ? REFUSING : DEAD;
      case DOWN, MAINTENANCE -> DEAD;
    };
  }

  private static boolean refusing(Backend backend) {
    return backend.condition().out() && !backend.full();
  }

  // The order hides what checks say: one that is drained may die all the same.
  private static AffinityEligibility closing(Backend backend) {
    if (!backend.condition().answers()) {
      return DEAD;
    }
    return backend.full() ? FULL : CLOSING;
  }
}
