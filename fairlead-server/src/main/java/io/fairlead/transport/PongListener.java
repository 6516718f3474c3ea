// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

/** Hears that a peer lives. */
public interface PongListener {
  /**
   * The peer has answered what {@link Flow#ping} asks. Called on the loop that reads the
   * connection, never from within {@link Flow#ping}; once for each, or once for several that were
   * answered late.
   *
   * @param rttNs from the ping to its answer
   */
  void onPong(Flow flow, long rttNs);
}
