// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.FilterChainListener;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.SipMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The request of an attempt, which leaves once the filters of its call have passed it; not when it
 * was cancelled meanwhile. Immutable.
 *
 * @param send sends it with their changes
 */
record DeferredSend(ProxyBranch attempt, Consumer<@Nullable DetachedEdits> send)
    implements FilterChainListener {
  @Override
  public void pass(SipMessage message, @Nullable DetachedEdits edits) {
    if (attempt.unsent()) {
      send.accept(edits);
    }
  }

  @Override
  public void refuse(SipMessage message, RefusalCause cause) {
    attempt.refused(cause);
  }

  @Override
  public void onDefect() {
    attempt.onDefect();
  }
}
