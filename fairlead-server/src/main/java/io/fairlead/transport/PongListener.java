// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

/** Hears that a peer lives. */
public interface PongListener {
  /**
   * The peer answered what {@link Flow#ping} sent. Called on the loop that reads the connection,
   * once for each ping, or once for several that were answered late.
   */
  void onPong(Flow flow);
}
