// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.StepFailureHandler;
import io.fairlead.sip.SipResponse;

/**
 * Told what becomes of one client transaction. Exactly one of final response, timeout and transport
 * error ends it.
 */
public interface ResponseListener extends StepFailureHandler {
  /**
   * A response: each provisional, the first final, and every 2xx to an INVITE for 64 times T1
   * behind the first.
   *
   * @param response borrowed until the method returns
   */
  void onResponse(ClientTransaction transaction, SipResponse response);

  /** No final response came in time (timer B or F; or 64 times T1 after a CANCEL). */
  void onTimeout(ClientTransaction transaction);

  /**
   * The request could not be delivered, or the connection that should bring the response has ended.
   *
   * @param why in words, for logs
   */
  void onTransportError(ClientTransaction transaction, String why);
}
