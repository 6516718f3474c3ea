// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

/**
 * The filter that has the parties of a call agree on a session anew is told what comes of it. On
 * the call's loop.
 */
public interface RenegotiationListener {
  /** What came of it. */
  enum Outcome {
    /** Both have the new session. */
    AGREED,
    /** Who was asked for an offer made none. The session is as it was. */
    NO_OFFER,
    /** The other one did not take the offer. Who made it is told of a session that is at rest. */
    REFUSED,
    /** A party has not answered; else as {@link #REFUSED}. */
    UNANSWERED,
    /** The call is over, or a party does not know it any more. */
    CALL_OVER
  }

  /** The offer has been to the filters. False when it is not to go on to the other party. */
  boolean takesOffer();

  /**
   * Who was asked for an offer has a request of its own under way (RFC 3261 §14.1): nothing has
   * happened, and no {@link #onEnd} follows.
   *
   * @param retryNs when it may be tried again, in nanoseconds from now
   */
  void onPending(long retryNs);

  /** It is over. Told before who made an offer that came to nothing is told so. */
  void onEnd(Outcome outcome);
}
