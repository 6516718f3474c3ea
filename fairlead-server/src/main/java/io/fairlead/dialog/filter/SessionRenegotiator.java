// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

/** Has parties agree on a session anew, for a filter of their call. Called on its loop. */
public interface SessionRenegotiator {
  /**
   * Does what {@link FilteredCall#renegotiate} says.
   *
   * @param chain of the call
   */
  void renegotiate(
      FilterChain chain, Party offerer, long deadlineNs, RenegotiationListener listener);
}
