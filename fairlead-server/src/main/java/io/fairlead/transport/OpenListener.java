// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import org.jspecify.annotations.Nullable;

/** An open listener: its sockets on all loops. What a transport implements. */
interface OpenListener {
  /** Its address and names. */
  Listener listener();

  /**
   * Starts to read; before this nothing is delivered.
   *
   * @param gate asked who is heard
   */
  void start(FlowListener upper, SourceGate gate);

  /** A flow to the peer, opened by the first send if it must be. Any thread. */
  Flow flowTo(Peer peer);

  /** A flow that exists already and is open, for transports with connections. Any thread. */
  default @Nullable Flow openFlowTo(Peer peer) {
    return null;
  }

  /**
   * Takes over what can change while it is open; what is in use goes on as it is. The manager's
   * thread.
   *
   * @return what is wrong with it, in which case nothing has changed; null when all is well
   */
  default @Nullable String reload(ListenerSettings next) {
    return null;
  }

  /**
   * Closes the sockets. Any thread but a loop's; returns when no more is delivered, unless a loop
   * hangs.
   */
  void close();
}
