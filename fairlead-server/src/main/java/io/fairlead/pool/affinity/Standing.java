// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.affinity;

import io.fairlead.pool.Backend;

/** What a backend is to the keys that live there, and to new ones. */
public enum Standing {
  /** Takes joiners and new keys. */
  OPEN,
  /** Lives, but takes no call at the moment. */
  FULL,
  /** Takes those who join a key that lives there, and no new keys. */
  CLOSING,
  /** Does not live, or is to be treated so: set aside by its errors, in maintenance. */
  DEAD;

  /** That of a backend now. */
  public static Standing of(Backend backend) {
    if (backend.address() == null) {
      return DEAD;
    }
    return switch (backend.health().state()) {
      case HEALTHY, DEGRADED -> backend.full() ? FULL : OPEN;
      case SATURATED -> FULL;
      case DRAINING -> closing(backend);
      case EJECTED, DOWN, MAINTENANCE -> DEAD;
    };
  }

  // The order hides what checks say: one that is drained may die all the same.
  private static Standing closing(Backend backend) {
    if (!backend.condition().answers()) {
      return DEAD;
    }
    return backend.full() ? FULL : CLOSING;
  }
}
