// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.pool.Backend;

/** Sends probes as SIP transactions; implemented above this room, where transactions are known. */
public interface Prober {
  /**
   * Sends OPTIONS (RFC 3261 §11) to the backend's address, outside any dialog. Called on the pool's
   * home loop; exactly one method of the listener is called there, later or at once.
   */
  void options(Backend backend, long timeoutNs, ProbeListener listener);
}
