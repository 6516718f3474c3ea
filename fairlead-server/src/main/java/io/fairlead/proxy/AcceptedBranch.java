// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.SipResponse;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.ServerTransaction;

/**
 * What a branch that was answered with success may still bring for 64 times T1: its 2xx again, or
 * the 2xx of a fork further on. Each is passed on at once (RFC 3261 §16.7 step 5, RFC 6026 §7.2).
 * It stands in for the {@link ResponseContext}, which need not live on for that.
 *
 * <p>Owned by one loop.
 */
record AcceptedBranch(Responder responder, ServerTransaction upstream) implements ResponseListener {
  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    responder.pass(upstream, response, null);
  }

  /** Cannot come any more: there is an answer. */
  @Override
  public void onTimeout(ClientTransaction transaction) {}

  /** Cannot come any more: there is an answer. */
  @Override
  public void onTransportError(ClientTransaction transaction, String why) {}

  /** The caller has its answer; of another one nobody needs to know. */
  @Override
  public void onDefect() {}
}
