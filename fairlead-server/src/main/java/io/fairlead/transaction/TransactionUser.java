// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;

/**
 * What a core tells the table to be told (RFC 3261 §17, "TU"): the messages that begin something or
 * belong to no transaction. What concerns one transaction goes to its {@link ServerListener} or
 * {@link ResponseListener}. Messages are borrowed until the method returns, unless they belong to a
 * server transaction.
 */
public interface TransactionUser {
  /**
   * A new request; not a retransmission, ACK or CANCEL. The user sets the listener and answers, now
   * or later.
   */
  void onRequest(ServerTransaction transaction);

  /** An ACK that belongs to a 2xx, or to nothing we know. It is never answered. */
  void onAck(Flow flow, SipRequest ack);

  /**
   * A CANCEL for an INVITE that has no transaction here (RFC 3261 §9.2: 481; §16.10: a proxy
   * forwards it statelessly).
   */
  void onStrayCancel(Flow flow, SipRequest cancel);

  /**
   * A response that no client transaction waits for. RFC 6026 §7.3 forbids a proxy to forward it.
   */
  void onStrayResponse(Flow flow, SipResponse response);
}
