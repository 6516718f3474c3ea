// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import io.fairlead.loop.Loop;

/** Opens sessions with event sockets: over the network, or in a test over nothing. */
public interface EslConnector {
  /** No session ever gets through. */
  EslConnector NONE = (target, home, listener) -> EslSession.NONE;

  /**
   * Begins a session that connects, and connects again whenever it is cut, until it is closed.
   *
   * @param home where the listener is called
   */
  EslSession open(EslTarget target, Loop home, EslListener listener);
}
