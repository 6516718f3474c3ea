// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.sip.SipProblem;

/**
 * What the transport room tells the house. Called on the loop that reads the socket; implemented by
 * the server room.
 */
public interface FlowListener {
  /**
   * One whole message arrived: a datagram, or a frame of a stream. The bytes are borrowed until the
   * method returns.
   *
   * @param flow the way back; may be kept
   */
  void onMessage(Flow flow, byte[] bytes, int from, int to);

  /**
   * What arrived on a stream is no message, or nobody can tell where it ends. The connection ends
   * behind this call; it is open still, for an answer.
   *
   * @param bytes what there is of it, borrowed; perhaps not the end, perhaps more than that
   */
  void onBroken(Flow flow, byte[] bytes, int from, int to, SipProblem problem);

  /**
   * A message given to {@link Flow#send} did not reach the peer. Over UDP this is an ICMP error and
   * the bytes may be cut short behind the first few hundred.
   *
   * @param why in words, for logs: {@code connection refused}
   */
  void onUndeliverable(Flow flow, byte[] bytes, int from, int to, String why);

  /** A connection ended; what was written but not answered may be lost. Never called for UDP. */
  void onClosed(Flow flow, String why);
}
