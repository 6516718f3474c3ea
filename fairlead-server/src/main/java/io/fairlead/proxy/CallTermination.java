// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.CallEnding;
import io.fairlead.dialog.filter.ChainOwner;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.Party;
import io.fairlead.observe.RefusalCause;

/**
 * Ends a call that one of its filters wants ended: a BYE to each party, in the name of the other
 * (RFC 3261 §15.1.1, RFC 3326).
 *
 * <p>Owned by one loop.
 */
final class CallTermination implements CallEnding {
  private final InsertedRequests requests;

  CallTermination(InsertedRequests requests) {
    this.requests = requests;
  }

  @Override
  public void end(FilterChain chain, RefusalCause cause, String reason) {
    SettingUp settingUp = chain.settingUp();
    if (settingUp != null) {
      settingUp.abort(cause, reason);
      return;
    }
    if (!chain.dialog().isComplete()) {
      return;
    }
    ChainOwner call = chain.call();
    if (call != null) {
      call.onEnding(cause);
    }
    requests.bye(chain.dialog(), Party.CALLER, reason);
    requests.bye(chain.dialog(), Party.CALLEE, reason);
  }
}
