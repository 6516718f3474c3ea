// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.StepFailureHandler;
import io.fairlead.sip.SipRequest;

/**
 * Told what becomes of one server transaction: until the final response is given, and for a non-2xx
 * to an INVITE until its ACK has come.
 */
public interface ServerListener extends StepFailureHandler {
  /**
   * The peer wants the INVITE ended; its CANCEL is answered already. Never called once a final
   * response was given.
   *
   * @param cancel borrowed until the method returns; its Reason may be passed on (RFC 3326)
   */
  void onCancel(ServerTransaction transaction, SipRequest cancel);

  /**
   * No ACK came for a final non-2xx response (timer H), or no final response was given to a
   * non-INVITE in 64 times T1.
   */
  void onTimeout(ServerTransaction transaction);

  /**
   * A response could not be given to the peer. The transaction goes on (RFC 6026 §8.8): the peer
   * may come again.
   *
   * @param why in words, for logs
   */
  void onTransportError(ServerTransaction transaction, String why);

  /** Fairlead ends and no final response was given: this is the last moment for one. */
  void onShutdown(ServerTransaction transaction);
}
