// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.guard.limit.CallLimits;
import io.fairlead.observe.CallRecord;
import io.fairlead.route.Route;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A request outside a dialog, between one step and the next. Immutable.
 *
 * @param record what the log will say of it
 * @param route what took it; null when a flow token did
 * @param limits what it holds of the guard's limits, until its call does; null for nothing
 */
record InitialRequest(
    ServerTransaction transaction,
    CallRecord record,
    @Nullable Route route,
    @Nullable CallLimits limits) {
  InitialRequest(ServerTransaction transaction, CallRecord record, @Nullable Route route) {
    this(transaction, record, route, null);
  }

  /** It goes no further: gives back what it holds. What a call has taken over is the call's. */
  void giveBack() {
    if (limits != null) {
      limits.release();
    }
  }

  /** The request; until the final response is given. */
  SipRequest request() {
    return transaction.request();
  }

  Flow flow() {
    return transaction.flow();
  }

  boolean isInvite() {
    return request().method() == Method.INVITE;
  }
}
