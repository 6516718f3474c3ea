// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.observe.RefusalCause;

/** Ends a call for one of its filters. Called on its loop. */
public interface CallEnding {
  /**
   * Ends it, as {@link FilteredCall#end} says.
   *
   * @param chain of the call; not over
   */
  void end(FilterChain chain, RefusalCause cause, String reason);

  /** A call that has no final answer yet. */
  interface SettingUp {
    /**
     * Cancels what was begun and refuses the caller.
     *
     * @param reason the value of a Reason header
     */
    void abort(RefusalCause cause, String reason);
  }
}
