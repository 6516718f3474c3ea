// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.pool.Backend;

/**
 * Asks a backend how it is. When and how often, and what follows from the answer, is {@link
 * HealthMonitor}'s.
 */
public interface HealthCheck {
  /**
   * Asks once. Exactly one method of the listener is called, later or at once, on the calling loop.
   */
  void probe(Backend backend, ProbeListener listener);
}
