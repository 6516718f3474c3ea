// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.sip.Edit;

/**
 * Looks at the messages of one call on their way: it may change them, hold them for a while, or
 * refuse them. It never sends by itself, never routes, and counts no calls. Of one message the
 * filters of a call are asked one after the other, towards the callee in the order of the chain,
 * towards the caller in reverse.
 *
 * <p>It sees what goes from one party to the other: the INVITE as often as it is tried somewhere,
 * requests inside the dialog, ACKs to a 2xx, provisional responses but 100, final ones. What ends
 * at the next hop it never sees: 100, CANCEL, the ACK to a failure, retransmissions that a
 * transaction absorbs.
 *
 * <p>Owned by one loop: the call's.
 */
public interface CallFilter {
  /**
   * A message is about to be sent on.
   *
   * @param message valid until the method returns, or until the hold is over
   * @param edit takes changes, on the message's own positions; shared by all filters. What is
   *     changed before a {@link Hold} is returned stays
   * @return {@link Verdict#PASS}, a {@link Verdict.Refused}, or what {@link Holds#until} gave
   */
  Verdict onMessage(CallMessage message, Edit edit, Holds holds);

  /**
   * A request has come to nothing: refused, cancelled, or without answer. What it offered does not
   * hold. Told once for each such request, also where it came to nothing before this filter was
   * asked. Its failure may pass {@link #onMessage} behind that, and rarely a success: one who was
   * silent for too long wakes and answers.
   *
   * @param exchange the number of the request
   * @param status the status it was answered with, 0 for none
   */
  default void onFailed(long exchange, int status) {}

  /** The call is over, whatever ended it: the last that is told, once. */
  void onEnd();

  /**
   * What another node, or this one when it has lost the call, must know to make this filter anew: a
   * few bits within {@link FilterFactory#mask}. Asked when the Record-Route is written, behind
   * {@link #onMessage} for the INVITE.
   *
   * @return 0 when the filter is not needed
   */
  int bits();
}
