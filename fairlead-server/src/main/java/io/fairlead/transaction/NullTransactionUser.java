// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;

/** Stands in as the user of a table until {@link TransactionTable#serve} is called. Immutable. */
final class NullTransactionUser implements TransactionUser {
  private static IllegalStateException unserved() {
    return new IllegalStateException("serve() was not called");
  }

  @Override
  public void onRequest(ServerTransaction transaction) {
    throw unserved();
  }

  @Override
  public void onAck(Flow flow, SipRequest ack) {
    throw unserved();
  }

  @Override
  public void onStrayCancel(Flow flow, SipRequest cancel) {
    throw unserved();
  }

  @Override
  public void onStrayResponse(Flow flow, SipResponse response) {
    throw unserved();
  }
}
