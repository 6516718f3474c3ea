// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

/** Whoever has a place at a backend: a call. Called on its own loop. */
public interface CountedCall {
  /** One that nothing becomes of. */
  CountedCall NOBODY = startedNs -> false;

  /**
   * The backend was started anew and knows nothing of what was there before.
   *
   * @param startedNs when it was started
   * @return true when this has ended by it
   */
  boolean backendLost(long startedNs);
}
