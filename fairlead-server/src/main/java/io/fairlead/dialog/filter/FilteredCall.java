// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.loop.Loop;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import org.jspecify.annotations.Nullable;

/** The call that a filter belongs to. Used on its loop. */
public interface FilteredCall {
  /** Where it lives. */
  Loop loop();

  /**
   * What the log will say of it; null when this node did not see it begin: then the filter was made
   * from the cookie, in the middle of a dialog.
   */
  @Nullable CallRecord record();

  /**
   * Ends the call: BYE to both parties once it is answered, CANCEL and a failure before. Does
   * nothing when it is over, or its parties are not known. {@link CallFilter#onEnd} follows when a
   * party has answered.
   *
   * @param cause what the log says; with a status, for a caller who still waits
   * @param reason the value of the Reason header (RFC 3326), such as {@code SIP;cause=200;text="No
   *     Media"}
   */
  void end(RefusalCause cause, String reason);

  /**
   * Has both parties agree on a session anew: a re-INVITE in the name of the other asks one for an
   * offer, a second takes that to the other, and its answer goes back with the ACK (RFC 3725 §4.1
   * does so with two who have not talked yet). All of it passes the filters, marked as {@link
   * CallMessage#isInserted}.
   *
   * @param offerer who is asked
   * @param deadlineNs how long the other one may take, in nanoseconds
   * @param listener told once, from within this method or later
   */
  void renegotiate(Party offerer, long deadlineNs, RenegotiationListener listener);
}
