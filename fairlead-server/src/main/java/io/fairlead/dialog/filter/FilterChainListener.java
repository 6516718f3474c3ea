// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.loop.StepFailureHandler;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.SipMessage;
import org.jspecify.annotations.Nullable;

/** Told what the filters of a call say of a message: at once, or later on the same loop. */
public interface FilterChainListener extends StepFailureHandler {
  /**
   * It goes on.
   *
   * @param message what was given, or the copy that was kept while it was held
   * @param edits the changes of the filters; null for none
   */
  void pass(SipMessage message, @Nullable DetachedEdits edits);

  /** False when nobody waits for it any more: then no filter is asked, and nothing is told. */
  default boolean wants(SipMessage message) {
    return true;
  }

  /** It does not go on: a filter refuses it, too much waits before it, or the call is over. */
  void refuse(SipMessage message, RefusalCause cause);
}
