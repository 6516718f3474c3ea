// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.FilterChainListener;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipResponse;
import org.jspecify.annotations.Nullable;

/**
 * A provisional response, or the failure that the caller is told, on its way through the filters of
 * its call. Immutable.
 */
record FilteredAnswer(ResponseContext context) implements FilterChainListener {
  @Override
  public void pass(SipMessage message, @Nullable DetachedEdits edits) {
    SipResponse response = (SipResponse) message;
    if (response.isProvisional()) {
      context.ring(response, edits);
    } else {
      context.fail(response, edits);
    }
  }

  /** A provisional response that is refused is lost. */
  @Override
  public void refuse(SipMessage message, RefusalCause cause) {
    if (!((SipResponse) message).isProvisional()) {
      context.onFailureRefused(cause);
    }
  }

  @Override
  public void onDefect() {
    context.onDefect();
  }
}
